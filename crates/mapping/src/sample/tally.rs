//! Counts of rejections by column and rule, at bounded memory.

use std::collections::BTreeMap;

use tabular::reader::Position;

use super::{ColumnCheck, EmptyColumn, Example, RuleCount, RuleTotal, SampleCheck};
use crate::plan::PlanError;
use crate::rejection::{Rejection, Rule};
use crate::row::{Row, Value};

/// Examples kept for each column and rule.
const MOST_EXAMPLES: usize = 5;

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) records: u64,
    pub(super) rejected: u64,
    /// By column (`None`: the whole record) and rule.
    rules: BTreeMap<(Option<u32>, Rule), Counted>,
    /// Nulls in rows of records that fit, by field.
    nulls: Vec<u64>,
}

#[derive(Clone, Debug, Default)]
struct Counted {
    column_name: Option<String>,
    count: u64,
    examples: Vec<Example>,
}

impl Tally {
    pub(super) fn count_fitting(&mut self, row: &Row) {
        self.records += 1;
        self.nulls.resize(row.len(), 0);
        for (nulls, value) in self.nulls.iter_mut().zip(row.values()) {
            *nulls += u64::from(value == Value::Null);
        }
    }

    pub(super) fn count_rejected(&mut self, record: u64, at: Position, rejections: &[Rejection]) {
        self.records += 1;
        self.rejected += 1;
        for rejection in rejections {
            let counted = self
                .rules
                .entry((rejection.column, rejection.rule))
                .or_insert_with(|| Counted {
                    column_name: rejection.column_name.clone(),
                    ..Counted::default()
                });
            counted.count += 1;
            if counted.examples.len() < MOST_EXAMPLES {
                counted
                    .examples
                    .push(Example::new(record, at.line, rejection));
            }
        }
    }

    /// `columns_of_fields`: the column (0-based) of each field, where it has one.
    pub(super) fn into_check(
        self,
        columns_of_fields: &[Option<usize>],
        problems: Vec<PlanError>,
    ) -> SampleCheck {
        let mut empty: Vec<EmptyColumn> = columns_of_fields
            .iter()
            .zip(&self.nulls)
            .filter(|(_, cells)| **cells > 0)
            .filter_map(|(column, cells)| {
                Some(EmptyColumn {
                    column: u32::try_from((*column)?).ok()?,
                    cells: *cells,
                })
            })
            .collect();
        empty.sort_by_key(|empty| empty.column);
        let mut totals: BTreeMap<Rule, u64> = BTreeMap::new();
        let mut columns: Vec<ColumnCheck> = Vec::new();
        let mut whole_records = Vec::new();
        for ((column, rule), counted) in self.rules {
            *totals.entry(rule).or_default() += counted.count;
            let count = RuleCount {
                rule,
                count: counted.count,
                examples: counted.examples,
            };
            match (column, columns.last_mut()) {
                (None, _) => whole_records.push(count),
                (Some(column), Some(last)) if last.column == column => last.rules.push(count),
                (Some(column), _) => columns.push(ColumnCheck {
                    column,
                    name: counted.column_name.unwrap_or_default(),
                    rules: vec![count],
                }),
            }
        }
        SampleCheck {
            records: self.records,
            fitting: self.records - self.rejected,
            rejected: self.rejected,
            columns,
            whole_records,
            rules: totals
                .into_iter()
                .map(|(rule, count)| RuleTotal { rule, count })
                .collect(),
            empty,
            problems,
        }
    }
}
