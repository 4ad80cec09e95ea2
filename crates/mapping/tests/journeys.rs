//! The journey files give the rows and the rejections that are known to be right.
#![cfg(not(target_arch = "wasm32"))]

mod journey;

use journey::Journey;
use mapping::plan::{self, Outcome, RowPlan};
use mapping::propose::propose;
use mapping::row::{Row, Value};
use mapping::sample::{check, inspect, sample_problem};
use serde_json::{Map, Value as Json, json};

#[test]
fn columns_are_proposed_the_right_fields_and_formats() {
    for journey in journey::all() {
        let inspection = inspect(journey.file, true, &journey.dialect, 0);
        let mapping = propose(&inspection.columns, &journey.fields);
        let mapped: Vec<_> = mapping
            .columns
            .iter()
            .map(|column| column.field.as_deref().unwrap_or("-"))
            .collect();
        assert_eq!(mapped, journey.mapped, "{}", journey.name);
        assert_eq!(
            RowPlan::problems(&journey.fields, &mapping, inspection.header.as_deref()),
            [],
            "{}: the sample proves every format",
            journey.name
        );
        assert_eq!(
            sample_problem(
                journey.file,
                true,
                &journey.dialect,
                &mapping,
                &journey.fields
            ),
            None
        );
    }
}

#[test]
fn proposal_survives_fewer_and_other_fields() {
    for journey in journey::all() {
        let columns = inspect(journey.file, true, &journey.dialect, 0).columns;
        for left_out in 0..journey.fields.len() {
            let mut fields = journey.fields.clone();
            let gone = fields.remove(left_out);
            let mapping = propose(&columns, &fields);
            for (column, expected) in mapping.columns.iter().zip(journey.mapped) {
                let expected = (*expected != gone.name).then_some(*expected);
                assert_eq!(column.field.as_deref(), expected, "{}", column.name);
            }
        }
    }
}

#[test]
fn rows_and_rejections_are_those_known() {
    for chunk_size in [usize::MAX, 4096, 61] {
        for journey in journey::all() {
            let (rows, rejections) = import(&journey, chunk_size);
            compare(journey.name, "rows", &rows);
            compare(journey.name, "rejections", &rejections);
        }
    }
}

#[test]
fn account_closes_and_does_not_depend_on_the_sample_being_whole() {
    for journey in journey::all() {
        let columns = inspect(journey.file, true, &journey.dialect, 0).columns;
        let mapping = propose(&columns, &journey.fields);
        let mut seen = 0;
        for length in (0..journey.file.len()).step_by(997) {
            let sample = &journey.file[..length];
            let cut = check(sample, false, &journey.dialect, &mapping, &journey.fields);
            assert_eq!(cut.records, cut.fitting + cut.rejected);
            assert!(cut.records >= seen, "a longer sample has no fewer records");
            assert_eq!(
                inspect(sample, false, &journey.dialect, 3).records,
                cut.records
            );
            seen = cut.records;
        }
    }
}

/// The rows as an upsert leaves them, and the rejections.
fn import(journey: &Journey, chunk_size: usize) -> (Vec<Json>, Vec<Json>) {
    let inspection = inspect(journey.file, true, &journey.dialect, 0);
    let mapping = propose(&inspection.columns, &journey.fields);
    let plan = RowPlan::compile(&journey.fields, &mapping, inspection.header.as_deref())
        .expect("settings");
    let mut reader = plan::reader(&journey.dialect, &mapping);
    let (mut row, mut broken) = (Row::new(), Vec::new());
    let (mut rows, mut rejections) = (Vec::new(), Vec::new());
    let mut chunks = journey.file.chunks(chunk_size.min(journey.file.len()));
    loop {
        let chunk = chunks.next();
        match chunk {
            Some(chunk) => reader.feed(chunk),
            None => reader.finish(),
        }
        while let Some(record) = reader.next() {
            match plan.apply(&record, &mut row, &mut broken) {
                Outcome::Imported => rows.push(json_of(journey, &row)),
                Outcome::Rejected => rejections.extend(broken.iter().map(|rejection| {
                    json!({
                        "record": record.number(),
                        "line": record.position().line,
                        "offset": record.position().offset,
                        "column": rejection.column_name,
                        "rule": rejection.rule,
                    })
                })),
            }
        }
        if chunk.is_none() {
            return (last_of_each_key(journey, rows), rejections);
        }
    }
}

fn json_of(journey: &Journey, row: &Row) -> Json {
    let values = journey.fields.iter().zip(row.values());
    let object: Map<String, Json> = values
        .map(|(field, value)| {
            let value = match value {
                Value::Null => Json::Null,
                Value::Integer(number) => json!(number),
                Value::Boolean(answer) => json!(answer),
                Value::Text(text)
                | Value::Decimal(text)
                | Value::Date(text)
                | Value::Timestamp(text) => json!(text),
            };
            (field.name.clone(), value)
        })
        .collect();
    Json::Object(object)
}

fn last_of_each_key(journey: &Journey, rows: Vec<Json>) -> Vec<Json> {
    let key = &journey
        .fields
        .iter()
        .find(|field| field.key)
        .expect("a key")
        .name;
    (0..rows.len())
        .filter(|index| {
            rows[index + 1..]
                .iter()
                .all(|later| later[key] != rows[*index][key])
        })
        .map(|index| rows[index].clone())
        .collect()
}

fn compare(journey: &str, what: &str, found: &[Json]) {
    let path = format!(
        "{}/../../fixtures/journeys/{journey}.{what}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    let known: Vec<Json> = std::fs::read_to_string(path)
        .expect("a fixture")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for (number, (found, known)) in found.iter().zip(&known).enumerate() {
        assert_eq!(found, known, "{journey}: {what}, number {}", number + 1);
    }
    assert_eq!(found.len(), known.len(), "{journey}: {what}");
}
