//! Counts over the cells of one column, at bounded memory.

use std::collections::BTreeMap;

use tabular::reader::Cell;

use super::suggestion::suggest;
use super::{ColumnStats, CountedText, Distinct, Evidence, Fits, Suggestion};
use crate::field::FieldType;
use crate::names::cut;
use crate::settings::{ColumnFormat, DateOrder, DecimalMark};
use crate::value::{boolean, date, email, integer, number, timestamp};

const MOST_DISTINCT: usize = 100;
const LONGEST_DISTINCT: usize = 200;
const MOST_EXAMPLES: usize = 5;
const MOST_TOKENS: usize = 20;
/// No typed text is longer, so longer ones are not tried.
const LONGEST_TYPED: usize = 100;
/// One contradicting text among so many is taken as a mistake.
const OUTWEIGHS: u64 = 50;

const ORDERS: [DateOrder; 3] = [
    DateOrder::YearMonthDay,
    DateOrder::DayMonthYear,
    DateOrder::MonthDayYear,
];
const MARKS: [DecimalMark; 2] = [DecimalMark::Point, DecimalMark::Comma];

/// Usual words for "no value", in lower case.
const NULL_WORDS: &[&str] = &[
    "null",
    "(null)",
    "<null>",
    "\\n",
    "nil",
    "none",
    "na",
    "n/a",
    "#n/a",
    "#nv",
    "#value!",
    "nan",
    "n.a.",
    "n.v.",
    "k.a.",
    "k. a.",
    "keine angabe",
    "unbekannt",
    "unknown",
    "undefined",
    "nd",
    "n.d.",
    "n.c.",
    "s/d",
    "s/o",
    "-",
    "--",
    "---",
    "?",
    "empty",
    "leer",
    "vide",
];

/// Takes the cells of a column one by one.
#[derive(Clone, Debug, Default)]
pub struct ColumnObserver {
    count: u64,
    empty: u64,
    undecodable: u64,
    examples: Vec<String>,
    /// `None` once there are too many.
    distinct: DistinctCounts,
    null_tokens: BTreeMap<String, u64>,
    longest: usize,
    pub(super) plain_integers: u64,
    pub(super) integers: [u64; 2],
    pub(super) decimals: [u64; 2],
    /// Most digits after the decimal mark, for each mark.
    pub(super) scale: [usize; 2],
    mark: Votes<2>,
    pub(super) booleans: u64,
    /// Booleans that are words and not numbers.
    pub(super) boolean_words: u64,
    pub(super) dates: [u64; 3],
    pub(super) timestamps: [u64; 3],
    pub(super) zoned: u64,
    order: Votes<3>,
    pub(super) emails: u64,
    /// Numbers such as `007`.
    pub(super) leading_zeros: u64,
    /// Numbers such as `+491234567`.
    pub(super) leading_plus: u64,
}

#[derive(Clone, Debug)]
struct DistinctCounts(Option<BTreeMap<String, u64>>);

impl Default for DistinctCounts {
    fn default() -> Self {
        Self(Some(BTreeMap::new()))
    }
}

/// How many texts can be read in one way only, and how many in several.
#[derive(Clone, Copy, Debug)]
struct Votes<const N: usize> {
    alone: [u64; N],
    several: u64,
}

impl<const N: usize> Default for Votes<N> {
    fn default() -> Self {
        Self {
            alone: [0; N],
            several: 0,
        }
    }
}

impl ColumnObserver {
    pub fn observe(&mut self, cell: Cell<'_>) {
        self.count += 1;
        match cell {
            Cell::Undecodable(_) => self.undecodable += 1,
            Cell::Text(text) if text.trim().is_empty() => self.empty += 1,
            Cell::Text(text) => self.observe_text(text),
        }
    }

    pub fn finish(self, name: String) -> ColumnStats {
        let mut stats = ColumnStats {
            name,
            count: self.count,
            empty: self.empty,
            undecodable: self.undecodable,
            examples: self.examples.clone(),
            distinct: self.distinct.clone().finish(),
            null_tokens: by_count(self.null_tokens.clone()),
            fits: Fits {
                integer: most(&self.integers),
                decimal: most(&self.decimals),
                boolean: self.booleans,
                date: most(&self.dates),
                timestamp: most(&self.timestamps),
                email: self.emails,
            },
            longest: u32::try_from(self.longest).unwrap_or(u32::MAX),
            date_order: self.order.evidence(ORDERS),
            decimal_mark: self.mark.evidence(MARKS),
            suggestion: Suggestion {
                field_type: FieldType::Text,
                format: ColumnFormat::default(),
                reason: String::new(),
            },
        };
        stats.suggestion = suggest(&stats, &self);
        stats
    }

    fn observe_text(&mut self, text: &str) {
        self.longest = self.longest.max(text.chars().count());
        self.distinct.count(text);
        if self.examples.len() < MOST_EXAMPLES {
            let example = cut(text, LONGEST_DISTINCT);
            if !self.examples.contains(&example) {
                self.examples.push(example);
            }
        }
        let text = text.trim();
        if text.len() > LONGEST_TYPED {
            self.emails += u64::from(email::is_email(text));
            return;
        }
        if NULL_WORDS.contains(&text.to_lowercase().as_str()) {
            if let Some(count) = self.null_tokens.get_mut(text) {
                *count += 1;
            } else if self.null_tokens.len() < MOST_TOKENS {
                self.null_tokens.insert(text.to_owned(), 1);
            }
        }
        if boolean::parse(text).is_some() {
            self.booleans += 1;
            self.boolean_words += u64::from(!text.bytes().all(|byte| byte.is_ascii_digit()));
        }
        self.emails += u64::from(email::is_email(text));
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            self.observe_number(text);
            self.observe_date(text);
        }
    }

    fn observe_number(&mut self, text: &str) {
        let digits = text.trim_start_matches(['+', '-']);
        if digits.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.leading_zeros += u64::from(digits.starts_with('0'));
            self.leading_plus += u64::from(text.starts_with('+') && digits.len() >= 7);
        }
        self.plain_integers += u64::from(integer::parse(text, None).is_ok());
        let mut readable = [false; 2];
        for (index, mark) in MARKS.into_iter().enumerate() {
            self.integers[index] += u64::from(integer::parse(text, Some(mark)).is_ok());
            if let Ok(number) = number::read(text, Some(mark)) {
                readable[index] = true;
                self.decimals[index] += 1;
                self.scale[index] = self.scale[index].max(number.fraction.len());
            }
        }
        if text.contains(['.', ',']) {
            self.mark.vote(readable);
        }
    }

    fn observe_date(&mut self, text: &str) {
        let dates = ORDERS.map(|order| date::parse(text, order).is_ok());
        let timestamps = ORDERS.map(|order| timestamp::parse(text, order).ok());
        for index in 0..ORDERS.len() {
            self.dates[index] += u64::from(dates[index]);
            self.timestamps[index] += u64::from(timestamps[index].is_some());
        }
        let has_zone = timestamps
            .iter()
            .flatten()
            .any(|timestamp| timestamp.offset_minutes.is_some());
        self.zoned += u64::from(has_zone);
        self.order.vote(std::array::from_fn(|index| {
            dates[index] || timestamps[index].is_some()
        }));
    }
}

impl DistinctCounts {
    fn count(&mut self, text: &str) {
        let Some(counts) = &mut self.0 else { return };
        if let Some(count) = counts.get_mut(text) {
            *count += 1;
        } else if counts.len() < MOST_DISTINCT && text.len() <= LONGEST_DISTINCT {
            counts.insert(text.to_owned(), 1);
        } else {
            self.0 = None;
        }
    }

    fn finish(self) -> Distinct {
        match self.0 {
            Some(counts) => Distinct::Few {
                values: by_count(counts),
            },
            None => Distinct::Many,
        }
    }
}

impl<const N: usize> Votes<N> {
    fn vote(&mut self, readable: [bool; N]) {
        match readable.iter().filter(|readable| **readable).count() {
            0 => {}
            1 => {
                for (count, readable) in self.alone.iter_mut().zip(readable) {
                    *count += u64::from(readable);
                }
            }
            _ => self.several += 1,
        }
    }

    fn evidence<T: Copy>(&self, answers: [T; N]) -> Evidence<T> {
        let total: u64 = self.alone.iter().sum();
        let best = (0..N).max_by_key(|index| (self.alone[*index], N - index));
        let Some(best) = best.filter(|_| total > 0) else {
            return match self.several {
                0 => Evidence::Unseen,
                values => Evidence::Ambiguous { values },
            };
        };
        let by = self.alone[best];
        let against = total - by;
        if against.saturating_mul(OUTWEIGHS) <= by {
            Evidence::Proven {
                answer: answers[best],
                by,
                against,
            }
        } else {
            Evidence::Contradictory { values: total }
        }
    }
}

fn by_count(counts: BTreeMap<String, u64>) -> Vec<CountedText> {
    let mut values: Vec<_> = counts
        .into_iter()
        .map(|(text, count)| CountedText { text, count })
        .collect();
    // The sort is stable, so equal counts stay in the order of their texts.
    values.sort_by_key(|value| std::cmp::Reverse(value.count));
    values
}

fn most(counts: &[u64]) -> u64 {
    counts.iter().copied().max().unwrap_or(0)
}
