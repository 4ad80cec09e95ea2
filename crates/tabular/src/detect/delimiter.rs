//! Which delimiter, quote and escape describe a sample in the fewest bits: a record of the usual width costs nearly
//! nothing for its delimiters, any other pays for them as text, and cells are cheap where their column is alike.

use super::cell::{LOOKS, Look, bits, text_bits};
use crate::dialect::{Dialect, Escape, HeaderRow};
use crate::encoding::Encoding;
use crate::reader::{Cell, Defect, Limits, Quoting, Reader};

/// The delimiters that are tried, with the bits that each occurrence costs because it is unusual.
const DELIMITERS: [(char, f32); 11] = [
    (',', 0.0),
    (';', 0.0),
    ('\t', 0.0),
    ('|', 0.0),
    (':', 4.0),
    (' ', 3.0),
    ('^', 1.0),
    ('~', 1.0),
    ('#', 3.0),
    ('§', 0.5),
    ('\u{1F}', 0.0),
];

/// A record that is not as the others, beside the text of its delimiters.
const ODD_RECORD_BITS: f32 = 3.0;
/// Text after a closing quote.
const STRAY_QUOTE_BITS: f32 = 14.0;
const UNCLOSED_QUOTE_BITS: f32 = 60.0;
const QUOTED_FIELD_BITS: f32 = 1.0;
/// A whole dialect that is not the one of RFC 4180.
const UNUSUAL_DIALECT_BITS: f32 = 4.0;
/// Columns with a memory of their own; those beyond share one.
const COLUMNS: usize = 256;

/// A dialect that was tried.
pub(super) struct Candidate {
    pub(super) dialect: Dialect,
    pub(super) bits: f32,
    /// The usual width, and how many of all records have it.
    pub(super) columns: usize,
    pub(super) usual: usize,
    pub(super) records: usize,
}

/// All candidates, the best first. `complete`: the last record of the text is whole.
pub(super) fn candidates(text: &str, complete: bool) -> Vec<Candidate> {
    let mut dialects = Vec::new();
    let quotes: Vec<Option<char>> = [Some('"'), Some('\''), None]
        .into_iter()
        .filter(|quote| quote.is_none_or(|quote| quote == '"' || text.contains(quote)))
        .filter(|quote| quote.is_some() || text.contains('"'))
        .collect();
    for (delimiter, _) in DELIMITERS {
        if text.contains(delimiter) {
            dialects.extend(quotes.iter().map(|quote| (Some(delimiter), *quote)));
        }
    }
    dialects.extend(quotes.iter().map(|quote| (None, *quote)));
    let mut found = Vec::new();
    for (delimiter, quote) in dialects {
        for escape in [Escape::Doubled, Escape::Backslash] {
            let escapes = quote.is_some_and(|quote| text.contains(&format!("\\{quote}")));
            if escape == Escape::Backslash && !escapes {
                continue;
            }
            let dialect = Dialect {
                encoding: Encoding::UTF_8,
                delimiter,
                quote,
                escape,
                header: HeaderRow::Absent,
                preamble_rows: 0,
                ..Dialect::default()
            };
            found.push(weigh(dialect, text, complete));
        }
    }
    found.sort_by(|one, other| one.bits.total_cmp(&other.bits));
    found
}

fn weigh(dialect: Dialect, text: &str, complete: bool) -> Candidate {
    let widths = widths(&dialect, text, complete);
    let records = widths.len();
    let (columns, usual) = usual_width(&widths);
    let extra_bits = DELIMITERS
        .iter()
        .find(|(one, _)| Some(*one) == dialect.delimiter)
        .map_or(0.0, |(_, bits)| *bits);
    let delimiter_bits = dialect
        .delimiter
        .map_or(0.0, |one| text_bits(one.encode_utf8(&mut [0; 4])));
    let usual_bits = -((number(usual) + 0.5) / (number(records) + 1.0)).log2();
    let odd_bits =
        -(number(records - usual) + 0.5).log2() + (number(records) + 1.0).log2() + ODD_RECORD_BITS;
    let mut looks = vec![[0.5_f32; LOOKS]; columns.min(COLUMNS) + 1];
    let mut total = 0.0;
    let quote = dialect.quote.map(|quote| quote as u8);
    let reader = each_record(&dialect, text, complete, |record| {
        let width = record.field_count();
        let is_usual = width == columns;
        let between = number(width.saturating_sub(1));
        total += if is_usual {
            usual_bits + between * extra_bits
        } else {
            odd_bits + between * (delimiter_bits + extra_bits)
        };
        if matches!(
            record.defect(),
            Some(Defect::UnclosedQuote { .. } | Defect::TooLarge { .. })
        ) {
            total += UNCLOSED_QUOTE_BITS;
        }
        for index in 0..width {
            let Cell::Text(cell) = record.field(index) else {
                continue;
            };
            total += match quote.map_or(Quoting::None, |quote| record.quoting(index, quote)) {
                Quoting::None => 0.0,
                Quoting::Whole => QUOTED_FIELD_BITS,
                Quoting::Part => STRAY_QUOTE_BITS,
            };
            if is_usual {
                let look = Look::of(cell);
                let seen = &mut looks[index.min(COLUMNS)];
                let all: f32 = seen.iter().sum();
                total += (all / seen[look.index()]).log2() + bits(cell, look);
                seen[look.index()] += 1.0;
            } else {
                total += text_bits(cell);
            }
        }
    });
    let unread = usize::try_from(reader.consumed()).map_or("", |at| text.get(at..).unwrap_or(""));
    total += text_bits(unread);
    if dialect.quote != Some('"') {
        total += UNUSUAL_DIALECT_BITS;
    }
    if dialect.escape == Escape::Backslash {
        total += UNUSUAL_DIALECT_BITS;
    }
    if !matches!(dialect.delimiter, Some(',' | ';' | '\t' | '|')) {
        total += UNUSUAL_DIALECT_BITS;
    }
    Candidate {
        dialect,
        bits: total,
        columns,
        usual,
        records,
    }
}

fn widths(dialect: &Dialect, text: &str, complete: bool) -> Vec<usize> {
    let mut widths = Vec::new();
    each_record(dialect, text, complete, |record| {
        widths.push(record.field_count());
    });
    widths
}

/// The most frequent width and its frequency; of widths as frequent the larger.
fn usual_width(widths: &[usize]) -> (usize, usize) {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|one, other| one == other)
        .map(|same| (same[0], same.len()))
        .max_by_key(|(width, count)| (*count, *width))
        .unwrap_or((1, 0))
}

fn each_record(
    dialect: &Dialect,
    text: &str,
    complete: bool,
    mut take: impl FnMut(&crate::reader::Record<'_>),
) -> Reader {
    // The width does not matter here, but a known one keeps the reader from taking it from the first record.
    let limits = Limits {
        record_bytes: 16 << 10,
        // A record of that length has no more fields than bytes.
        columns: u32::MAX,
    };
    let mut reader = Reader::new(dialect, limits).with_width(0);
    reader.feed(text.as_bytes());
    if complete {
        reader.finish();
    }
    while let Some(record) = reader.next() {
        take(&record);
    }
    reader
}

#[expect(clippy::cast_precision_loss, reason = "counts in a sample are small")]
fn number(count: usize) -> f32 {
    count as f32
}
