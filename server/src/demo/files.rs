//! The files of the demo: those of the journeys, whole and cut by their own records.

use mapping::field::Field;
use mapping::plan;
use mapping::propose::new_dataset;
use mapping::sample::inspect;
use mapping::settings::Mapping;
use tabular::detect::detect;
use tabular::dialect::Dialect;

pub const KUNDEN: &[u8] = include_bytes!("../../../fixtures/journeys/kunden.csv");
pub const ORDERS: &[u8] = include_bytes!("../../../fixtures/journeys/orders.txt");
pub const LEADS: &[u8] = include_bytes!("../../../fixtures/journeys/leads.csv");

/// In the encodings of these files; each has a header that ends with one.
const LINE_ENDS: [&[u8]; 3] = [b"\r\0\n\0", b"\r\n", b"\n"];

/// How a file is read, found out as the set-up finds it out.
#[derive(Clone, Debug)]
pub struct Read {
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub fields: Vec<Field>,
}

/// With the first column as key.
pub fn read(file: &[u8]) -> Read {
    let dialect = detect(file, true).dialect;
    let columns = inspect(file, true, &dialect, 0).columns;
    let (mut fields, mapping) = new_dataset(&columns);
    if let Some(first) = fields.first_mut() {
        first.key = true;
        first.required = true;
    }
    Read {
        dialect,
        mapping,
        fields,
    }
}

/// Everything before the records, and `count` of them from `first` on, in a circle; to the byte.
pub fn cut(file: &[u8], read: &Read, first: usize, count: usize) -> Vec<u8> {
    let mut reader = plan::reader(&read.dialect, &read.mapping);
    reader.feed(file);
    reader.finish();
    let mut records: Vec<Vec<u8>> = Vec::new();
    while let Some(record) = reader.next() {
        records.push(record.bytes().to_vec());
    }
    let body = reader.body_offset().unwrap_or(0);
    let mut cut = file[..usize::try_from(body).unwrap_or(0)].to_vec();
    // A file may end without one: its last record would run into the one that follows it here.
    let line_end = LINE_ENDS
        .into_iter()
        .find(|line_end| cut.ends_with(line_end))
        .unwrap_or_default();
    if let Some(last) = records.last_mut()
        && !last.ends_with(line_end)
    {
        last.extend_from_slice(line_end);
    }
    for index in first..first + count {
        cut.extend_from_slice(&records[index % records.len()]);
    }
    cut
}

/// With its first column called otherwise.
pub fn renamed(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = file
        .windows(from.len())
        .position(|window| window == from.as_bytes());
    let mut renamed = file.to_vec();
    if let Some(at) = at {
        renamed.splice(at..at + from.len(), to.bytes());
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_file_is_read_as_the_whole() {
        for file in [KUNDEN, ORDERS, LEADS] {
            let whole = read(file);
            let part = cut(file, &whole, 20, 40);
            let again = read(&part);
            assert_eq!(again.dialect, whole.dialect);
            assert_eq!(again.mapping.columns.len(), whole.mapping.columns.len());
        }
    }

    #[test]
    fn a_part_that_begins_again_has_whole_records() {
        let whole = read(ORDERS);
        let part = cut(ORDERS, &whole, 240, 20);
        let mut reader = plan::reader(&whole.dialect, &whole.mapping);
        reader.feed(&part);
        reader.finish();
        let mut widths = Vec::new();
        while let Some(record) = reader.next() {
            widths.push(record.field_count());
        }
        assert_eq!(widths, [6; 20]);
    }
}
