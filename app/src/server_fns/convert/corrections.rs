//! Fix and re-import.

use operations::corrections::{ToFix, file_name};
use operations::given_back::{Compared, GiveBack};

use super::runs::run_row;
use crate::wire::corrections::{ChangeView, FormView, GiveBackForm, GivenBackView, ToFixView};

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

pub fn given_back(compared: Compared) -> GivenBackView {
    let comparison = compared.comparison;
    let change = |change: mapping::given_back::Change| ChangeView {
        line: change.line,
        column: change.column,
        was: change.was,
        is: change.is,
    };
    let forms = comparison.forms.into_iter().map(|(column, form)| {
        let [given, original] = form.example();
        FormView {
            column,
            given,
            original,
        }
    });
    GivenBackView {
        missing: comparison.missing,
        taken: comparison.taken_count,
        unfit: comparison.unfit_count,
        first_unfit: comparison
            .first_unfit
            .map(|unfit| (unfit.line, unfit.rejection)),
        in_already: comparison.in_already,
        given_before: comparison.given_before,
        is_under_way: compared.is_under_way,
        by_likeness: comparison.by_likeness,
        changed_cells: comparison.change_count,
        changes: comparison.changes.into_iter().map(change).collect(),
        saved: comparison.saved,
        forms: forms.collect(),
    }
}

pub fn give_back(form: GiveBackForm) -> GiveBack {
    GiveBack {
        upload: form.upload,
        changed: form.changed,
        records: form.taken,
        changed_cells: form.changed_cells,
    }
}
