//! How often which rule was broken in which column.

use std::collections::HashMap;

use domain::report::{Breakdown, RejectedRecord, RuleCount};
use mapping::rejection::Rule;

/// Columns times rules bounds it.
#[derive(Default)]
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

    pub(super) fn into_breakdown(self, header: &[String]) -> Breakdown {
        let mut counts: Vec<_> = self.counts.into_iter().collect();
        counts.sort_by(|(left_key, left), (right_key, right)| {
            right.count.cmp(&left.count).then(left_key.cmp(right_key))
        });
        Breakdown {
            header: header.to_vec(),
            counts: counts.into_iter().map(|(_, count)| count).collect(),
        }
    }
}
