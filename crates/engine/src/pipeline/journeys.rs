//! The three journeys through the stages: rows, rejections and the exact report against their known answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connectors::destination::{Begun, Destination, Filling, LedgerEntry, Target};
use connectors::source::ChosenFile;
use connectors::sqlite::SqliteDestination;
use connectors::upload::UploadSource;
use domain::id::{DatasetId, NamespaceId, RunId, UploadId};
use domain::report::{self, RejectedRecord};
use domain::settings::{ImportMethod, JobSettings, QualityGate, Schedule, SourceKind};
use mapping::field::{Field, FieldType};
use mapping::settings::{ColumnFormat, ColumnMapping, DateOrder, DecimalMark, Mapping};
use serde_json::Value;
use tabular::dialect::Dialect;
use tabular::encoding::Encoding;
use uuid::Uuid;

use super::{Assignment, IMPORTING, VALIDATING, Watch, import, validate};
use crate::report::{ReportDraft, Reports};

/// Column, field, type, key; required where it is an e-mail address or a key.
type Column = (&'static str, &'static str, FieldType, bool);

struct Journey {
    file: &'static str,
    dialect: Dialect,
    format: ColumnFormat,
    columns: Vec<Column>,
}

#[test]
fn kunden() {
    check(Journey {
        file: "kunden.csv",
        dialect: Dialect {
            encoding: Encoding::WINDOWS_1252,
            delimiter: Some(';'),
            preamble_rows: 2,
            ..Dialect::default()
        },
        format: ColumnFormat {
            date_order: Some(DateOrder::DayMonthYear),
            decimal_mark: Some(DecimalMark::Comma),
            utc_offset_minutes: None,
        },
        columns: vec![
            ("Kundennr.", "customer_no", FieldType::Text, true),
            ("E-Mail", "email", FieldType::Email, false),
            ("Vorname", "first_name", FieldType::Text, false),
            ("Nachname", "last_name", FieldType::Text, false),
            ("Umsatz", "revenue", FieldType::Decimal { scale: 2 }, false),
            ("Geburtsdatum", "birthdate", FieldType::Date, false),
            ("Newsletter", "newsletter", FieldType::Boolean, false),
            ("PLZ", "postal_code", FieldType::Text, false),
            ("Ort", "city", FieldType::Text, false),
            ("Bemerkung", "note", FieldType::Text, false),
        ],
    });
}

#[test]
fn orders() {
    check(Journey {
        file: "orders.txt",
        dialect: Dialect {
            encoding: Encoding::UTF_16LE,
            delimiter: Some('\t'),
            ..Dialect::default()
        },
        format: ColumnFormat {
            date_order: Some(DateOrder::MonthDayYear),
            decimal_mark: Some(DecimalMark::Point),
            utc_offset_minutes: None,
        },
        columns: vec![
            ("Order", "order_id", FieldType::Text, true),
            ("E-mail", "email", FieldType::Email, false),
            (
                "Ordered at",
                "ordered_at",
                FieldType::Timestamp { zoned: false },
                false,
            ),
            ("Total", "total", FieldType::Decimal { scale: 2 }, false),
            ("Items", "items", FieldType::Integer, false),
            ("Product", "product", FieldType::Text, false),
        ],
    });
}

#[test]
fn leads() {
    check(Journey {
        file: "leads.csv",
        dialect: Dialect::default(),
        format: ColumnFormat::default(),
        columns: vec![
            ("E-mail", "email", FieldType::Email, true),
            ("Name", "name", FieldType::Text, false),
            ("Phone", "phone", FieldType::Text, false),
            ("Phone", "phone_2", FieldType::Text, false),
            ("Score", "score", FieldType::Integer, false),
            ("Note", "note", FieldType::Text, false),
        ],
    });
}

fn check(journey: Journey) {
    let data = tempfile::tempdir().unwrap();
    let destination = SqliteDestination::new(data.path().join("namespaces"));
    let assignment = assignment(&journey, data.path());
    run(&assignment, &destination);

    let fields = &assignment.target.fields;
    let rows = destination
        .first_rows(assignment.target.namespace, "journey", fields, 10_000)
        .unwrap();
    let mut found: Vec<Value> = rows.into_iter().map(|row| object(fields, row)).collect();
    let mut wanted = lines(&journey, "rows.jsonl");
    // A table has no order; the key makes one.
    let key = fields.iter().find(|field| field.key).unwrap().name.as_str();
    found.sort_by_key(|row| row[key].to_string());
    wanted.sort_by_key(|row| row[key].to_string());
    assert_eq!(found, wanted);

    let folder = report::folder(&assignment.reports.folder, assignment.target.run);
    let (stem, extension) = journey.file.split_once('.').unwrap();
    let exact = fs::read(folder.join(report::EXACT)).unwrap();
    assert!(
        exact == fs::read(fixture(&format!("{stem}.rejected.exact.{extension}"))).unwrap(),
        "the exact report differs"
    );

    let kept = fs::read_to_string(folder.join(report::RECORDS)).unwrap();
    let rejections: Vec<Value> = kept
        .lines()
        .flat_map(|line| as_answers(&serde_json::from_str(line).unwrap()))
        .collect();
    assert_eq!(rejections, lines(&journey, "rejections.jsonl"));

    let explained = fs::read_to_string(folder.join(report::EXPLAINED)).unwrap();
    assert!(explained.lines().count() > rejections.len());
    assert_eq!(
        fs::read_dir(&assignment.reports.folder).unwrap().count(),
        1,
        "nothing half written is left"
    );
}

fn run(assignment: &Assignment, destination: &SqliteDestination) {
    let watch = Watch::default();
    let draft = ReportDraft::start(&assignment.reports, assignment.target.run, 1).unwrap();
    let validated = validate(assignment, &draft, &watch).unwrap();
    let Begun::Load(load) = destination.begin(&assignment.target).unwrap() else {
        panic!("the run is new")
    };
    let mut importing = import(assignment, load, &validated, &draft, &watch).unwrap();
    let mut source = assignment.source.open(assignment.file).unwrap();
    draft
        .publish(
            &[VALIDATING, IMPORTING],
            &validated.header,
            &mut *source,
            validated.body_offset,
            None,
        )
        .unwrap();
    importing.load.commit(LedgerEntry::default()).unwrap();
}

fn assignment(journey: &Journey, data: &Path) -> Assignment {
    let file = ChosenFile {
        namespace: NamespaceId(Uuid::from_u128(1)),
        upload: UploadId(Uuid::from_u128(2)),
        bytes: fs::metadata(fixture(journey.file)).unwrap().len(),
    };
    let uploads = data.join("uploads");
    fs::create_dir(&uploads).unwrap();
    fs::copy(fixture(journey.file), uploads.join(file.upload.to_string())).unwrap();
    let columns = journey
        .columns
        .iter()
        .map(|(column, field, ..)| ColumnMapping {
            name: (*column).to_owned(),
            field: Some((*field).to_owned()),
            format: journey.format.clone(),
            ..ColumnMapping::default()
        });
    Assignment {
        source: Arc::new(UploadSource::new(uploads)),
        file,
        settings: JobSettings {
            dataset: DatasetId(Uuid::from_u128(3)),
            method: ImportMethod::Upsert,
            source: SourceKind::Upload,
            sample: None,
            sample_file_bytes: None,
            dialect: journey.dialect.clone(),
            mapping: Mapping {
                columns: columns.collect(),
                ..Mapping::default()
            },
            schedule: Schedule::Now,
            quality_gate: QualityGate::default(),
        },
        target: Target {
            runs_known: 0,
            namespace: file.namespace,
            dataset: "journey".to_owned(),
            fields: journey.columns.iter().map(field).collect(),
            filling: vec![Filling::Always; journey.columns.len()],
            method: ImportMethod::Upsert,
            run: RunId(Uuid::from_u128(4)),
        },
        reports: Reports {
            folder: data.join("reports"),
            bytes_at_most: u64::MAX,
        },
    }
}

fn field((_, name, field_type, key): &Column) -> Field {
    Field {
        name: (*name).to_owned(),
        field_type: *field_type,
        required: *key || *field_type == FieldType::Email,
        key: *key,
        max_length: None,
        allowed: Vec::new(),
        pattern: None,
        minimum: None,
        maximum: None,
        synonyms: Vec::new(),
        capitals_matter: false,
    }
}

fn object(fields: &[Field], row: Vec<Option<String>>) -> Value {
    let value = |(field, text): (&Field, Option<String>)| {
        let value = match (text, &field.field_type) {
            (None, _) => Value::Null,
            (Some(text), FieldType::Boolean) => Value::Bool(text == "1"),
            (Some(text), FieldType::Integer) => text.parse::<i64>().unwrap().into(),
            (Some(text), _) => Value::String(text),
        };
        (field.name.clone(), value)
    };
    Value::Object(fields.iter().zip(row).map(value).collect())
}

fn as_answers(record: &RejectedRecord) -> Vec<Value> {
    let answer = |rejection: &mapping::rejection::Rejection| {
        serde_json::json!({
            "record": record.record, "line": record.line, "offset": record.offset,
            "column": rejection.column_name, "rule": rejection.rule,
        })
    };
    record.rejections.iter().map(answer).collect()
}

fn lines(journey: &Journey, what: &str) -> Vec<Value> {
    let stem = journey.file.split_once('.').unwrap().0;
    let text = fs::read_to_string(fixture(&format!("{stem}.{what}"))).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/journeys")
        .join(name)
}
