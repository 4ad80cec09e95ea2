//! How often which rule was broken in which column.

use std::collections::HashMap;

use domain::report::{Breakdown, RejectedRecord, RuleCount};
use mapping::names::{NAME_LENGTH, cut};
use mapping::rejection::Rule;

/// Names of columns that are kept.
const HEADER_KEPT: usize = 100;

/// Columns times rules bounds it.
#[derive(Debug, Default)]
pub(super) struct BreakdownCounter {
    counts: HashMap<(Option<u32>, Rule), RuleCount>,
}

impl BreakdownCounter {
    pub(super) fn count(&mut self, record: &RejectedRecord) {
        for rejection in &record.rejections {
            let key = (rejection.column, rejection.rule);
            let entry = self.counts.entry(key).or_insert_with(|| RuleCount {
                rule: rejection.rule,
                column_name: rejection.column_name.clone(),
                count: 0,
                example: rejection.value.clone(),
            });
            entry.count += 1;
        }
    }

    /// `not_listed`: of the rejections that were counted.
    pub(super) fn breakdown(&self, header: &[String], not_listed: u64) -> Breakdown {
        let mut counts: Vec<_> = self.counts.iter().collect();
        counts.sort_by(|(left_key, left), (right_key, right)| {
            right.count.cmp(&left.count).then(left_key.cmp(right_key))
        });
        let header = header.iter().take(HEADER_KEPT);
        Breakdown {
            header: header.map(|name| cut(name, NAME_LENGTH)).collect(),
            counts: counts.into_iter().map(|(_, count)| count.clone()).collect(),
            not_listed,
        }
    }
}
