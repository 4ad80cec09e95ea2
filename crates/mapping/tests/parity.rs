//! The same answers natively and in wasm: both are held against the files in `golden/`.
//!
//! After an intended change: `UPDATE_GOLDEN=1 cargo test -p mapping --test parity`.

mod journey;

use journey::Journey;
use mapping::field::Field;
use mapping::propose::{new_dataset, propose};
use mapping::sample::{
    FileCheck, FileProgress, FileReport, Inspection, SampleCheck, SampleProblem, check, inspect,
    sample_problem,
};
use mapping::settings::Mapping;
use serde::Serialize;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn journeys_give_the_golden_answers() {
    let golden = [
        include_str!("golden/kunden.json"),
        include_str!("golden/orders.json"),
        include_str!("golden/leads.json"),
    ];
    for (journey, golden) in journey::all().iter().zip(golden) {
        let answers = serde_json::to_string_pretty(&answers(journey)).expect("JSON") + "\n";
        #[cfg(not(target_arch = "wasm32"))]
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
            std::fs::write(format!("{folder}/{}.json", journey.name), &answers).unwrap();
            continue;
        }
        let differs = answers
            .lines()
            .zip(golden.lines())
            .position(|(answer, golden)| answer != golden);
        assert_eq!(differs, None, "{}: first line that differs", journey.name);
        assert_eq!(answers.len(), golden.len(), "{}", journey.name);
    }
}

/// Everything that the set-up page asks about a file, for the whole file and for a sample of it. A struct, because the
/// order of a JSON map's keys is a feature of `serde_json` that other crates may switch.
#[derive(Serialize)]
struct Answers {
    inspection: Inspection,
    mapping: Mapping,
    new_dataset: Vec<Field>,
    sample_check: SampleCheck,
    sample_problem: Option<SampleProblem>,
    progress: Vec<FileProgress>,
    report: FileReport,
}

fn answers(journey: &Journey) -> Answers {
    let (file, dialect, fields) = (journey.file, &journey.dialect, &journey.fields);
    let sample = &file[..=file.len() / 2];
    let inspection = inspect(sample, false, dialect, 4);
    let mapping = propose(&inspection.columns, fields);
    let mapped: Vec<_> = mapping
        .columns
        .iter()
        .filter_map(|column| column.field.as_deref())
        .collect();
    assert_eq!(mapped, journey.mapped, "{}", journey.name);
    let (new_dataset, _) = new_dataset(&inspection.columns);
    let mut file_check = FileCheck::new(dialect, &mapping, fields, 3);
    let progress = file
        .chunks(10_000)
        .map(|chunk| file_check.feed(chunk))
        .collect();
    Answers {
        sample_check: check(sample, false, dialect, &mapping, fields),
        sample_problem: sample_problem(sample, false, dialect, &mapping, fields),
        inspection,
        mapping,
        new_dataset,
        progress,
        report: file_check.finish(),
    }
}
