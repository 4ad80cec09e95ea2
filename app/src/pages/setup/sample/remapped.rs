//! That the file has other columns than the job was set up with, and how the settings follow them.

use leptos::prelude::*;
use mapping::remap::{ColumnChange, Likeness};

use crate::components::icon::{Glyph, Icon};
use crate::components::marked::Marked;
use crate::pages::field_words::shown_name;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;

#[component]
pub fn Remapped() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let changes = setup.sample.column_changes;
    let line = |change: ColumnChange| view! { <li><Marked text=sentence(&change) /></li> };
    let count = move || {
        words::counted(
            changes.read().len() as u64,
            "change is proposed",
            "changes are proposed",
        )
    };
    view! {
        <Show when=move || !changes.read().is_empty()>
            <div class="note warning remapped" role="status">
                <Icon glyph=Glyph::Alert />
                <div>
                    <strong>"The columns of this file are not those that the job was set up with."</strong>
                    <p>
                        {count}
                        ". Look through them, change what is wrong in the list of columns below, and continue to accept them."
                    </p>
                    <ul>{move || changes.get().into_iter().map(line).collect_view()}</ul>
                </div>
            </div>
        </Show>
    }
    .into_any()
}

fn sentence(change: &ColumnChange) -> String {
    match change {
        ColumnChange::Renamed { from, to, likeness } => {
            let because = match likeness {
                Likeness::Spelling => "the names differ only in spelling",
                Likeness::Meaning => "the names mean the same",
                Likeness::Field => "name or values are those of its field",
                Likeness::Place => "it stands in its place and the values fit",
            };
            format!(
                "`{}` is taken to be `{}` now: {because}.",
                shown_name(from),
                shown_name(to)
            )
        }
        ColumnChange::Moved { name, from, to } => {
            format!(
                "`{}` moved from place {} to {}.",
                shown_name(name),
                from + 1,
                to + 1
            )
        }
        ColumnChange::Missing {
            name,
            field: Some(field),
        } => format!(
            "`{}` is missing: nothing fills `{field}`.",
            shown_name(name)
        ),
        ColumnChange::Missing { name, field: None } => {
            format!("`{}` is missing; it was not imported.", shown_name(name))
        }
        ColumnChange::New {
            name,
            field: Some(field),
        } => format!("`{}` is new and would fill `{field}`.", shown_name(name)),
        ColumnChange::New { name, field: None } => {
            format!("`{}` is new and is not imported.", shown_name(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_from_one() {
        let change = ColumnChange::Moved {
            name: "Born".to_owned(),
            from: 2,
            to: 0,
        };
        assert_eq!(sentence(&change), "`Born` moved from place 3 to 1.");
    }
}
