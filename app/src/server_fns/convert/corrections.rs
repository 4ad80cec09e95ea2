//! Fix and re-import.

use operations::corrections::{ToFix, file_name};

use super::runs::run_row;
use crate::wire::corrections::ToFixView;

pub fn to_fix(to_fix: ToFix) -> ToFixView {
    ToFixView {
        file_name: file_name(&to_fix.run),
        run: run_row(to_fix.run),
        dialect: to_fix.dialect,
        mapping: to_fix.mapping,
        fields: to_fix.fields,
        given: to_fix
            .given
            .into_iter()
            .map(std::ops::RangeInclusive::into_inner)
            .collect(),
    }
}
