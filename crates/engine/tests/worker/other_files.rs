//! Files that are not what their job's settings say: told as such, and not as records that are each wrong.

use domain::reason::Reason;
use domain::run::RunStatus;
use domain::settings::ImportMethod;
use tabular::dialect::{Dialect, HeaderRow};
use tabular::kind::FileKind;

use crate::GATE_OFF;
use crate::instance::Instance;

async fn ends(dialect: Dialect, file: &[u8]) -> (RunStatus, Reason) {
    let mut instance = Instance::new().await;
    instance.dialect = dialect;
    let run = instance
        .activate(file, ImportMethod::Upsert, GATE_OFF)
        .await;
    let run = instance.work_until_ended(run).await.run;
    (run.status, run.reason.unwrap())
}

fn of_kind(kind: FileKind) -> Reason {
    Reason::NotInFormat {
        line: None,
        kind: Some(kind),
    }
}

fn not_decodable(encoding: &str) -> Reason {
    Reason::NotDecodable {
        encoding: encoding.to_owned(),
    }
}

#[tokio::test]
async fn a_file_of_another_kind_is_halted_before_its_bytes_are_taken_for_records() {
    let workbook = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml \xA2\x04\x02\n\0\0\n";
    let headerless = Dialect {
        header: HeaderRow::Absent,
        ..Dialect::default()
    };
    for dialect in [Dialect::default(), headerless] {
        let end = ends(dialect, workbook).await;
        assert_eq!(end, (RunStatus::Halted, of_kind(FileKind::Workbook)));
    }
    let noise: Vec<u8> = (0..2000_u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
    let end = ends(Dialect::default(), &noise).await;
    assert_eq!(end, (RunStatus::Halted, of_kind(FileKind::Binary)));
}

#[tokio::test]
async fn a_file_that_decodes_nowhere_is_halted() {
    let end = ends(Dialect::default(), b"id,age\n\xE4,1\n\xF6,2\n").await;
    assert_eq!(end, (RunStatus::Halted, not_decodable("utf-8")));
    let utf_16: Vec<u8> = "\u{feff}id,age\nä,1\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let end = ends(Dialect::default(), &utf_16).await;
    assert_eq!(end, (RunStatus::Halted, not_decodable("utf-8")));
}

#[tokio::test]
async fn a_file_with_another_delimiter_is_halted_and_a_few_damaged_records_are_not() {
    let headerless = || Dialect {
        header: HeaderRow::Absent,
        ..Dialect::default()
    };
    let not_in_format = Reason::NotInFormat {
        line: None,
        kind: None,
    };
    let end = ends(headerless(), &b"a;1\n".repeat(10)).await;
    assert_eq!(end, (RunStatus::Halted, not_in_format));
    let end = ends(headerless(), b"a;1\nb;2\n").await;
    assert_eq!(end, (RunStatus::Failed, Reason::NoRecordFits { seen: 2 }));
}
