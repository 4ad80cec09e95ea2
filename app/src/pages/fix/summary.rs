//! What a file that is given back would bring in, in sentences; and the cells that are others without need.

use leptos::prelude::*;
use mapping::given_back::ChangedCells;

use crate::components::marked::Marked;
use crate::components::number::{count_text, counted};
use crate::pages::setup;
use crate::wire::corrections::GivenBackView;

#[component]
pub fn Summary(name: String, view: GivenBackView) -> impl IntoView {
    let lines = sentences(&view)
        .into_iter()
        .map(|text| view! { <li><Marked text /></li> });
    let lines = lines.collect_view();
    view! {
        <div class="note given-back-summary">
            <div>
                <strong>{name}</strong>
                <ul>{lines}</ul>
            </div>
        </div>
    }
}

/// The changed cells, and what is to become of them.
#[component]
pub fn Changes(view: GivenBackView, changed: RwSignal<ChangedCells>) -> impl IntoView {
    let told = view.changes.len() as u64;
    let more = view.changed_cells.saturating_sub(told);
    let more = (more > 0).then(|| {
        let more = counted(more, "more cell is", "more cells are", None);
        view! { <p class="hint">{format!("{more} changed in the same file.")}</p> }
    });
    let rows = view.changes.into_iter().map(|change| {
        view! {
            <tr>
                <td class="number">{count_text(change.line, None)}</td>
                <td>{change.column}</td>
                <td>{cell(change.was)}</td>
                <td>{cell(change.is)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let count = counted(
        view.changed_cells,
        "cell that was not at fault is changed",
        "cells that were not at fault are changed",
        None,
    );
    view! {
        <h3 id="changed-cells">{count}</h3>
        <div class="table-scroll" role="region" aria-labelledby="changed-cells" tabindex="0">
            <table aria-labelledby="changed-cells">
                <thead>
                    <tr>
                        <th scope="col" class="number">
                            "Line"
                        </th>
                        <th scope="col">"Column"</th>
                        <th scope="col">"In the run’s file"</th>
                        <th scope="col">"Given back"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
        <fieldset class="setup-choices">
            <legend>"What becomes of them"</legend>
            <Choice
                changed
                which=ChangedCells::Keep
                title="Keep the original cells"
                explanation="Only what was rejected is corrected: leading zeros, long numbers and dates stay as they were."
            />
            <Choice
                changed
                which=ChangedCells::Take
                title="Import as given back"
                explanation="You changed these cells on purpose. What does not fit is rejected again."
            />
        </fieldset>
    }
}

#[component]
fn Choice(
    changed: RwSignal<ChangedCells>,
    which: ChangedCells,
    title: &'static str,
    explanation: &'static str,
) -> impl IntoView {
    let is_chosen = move || changed.get() == which;
    view! {
        <label class="setup-choice">
            <input
                type="radio"
                name="changed-cells"
                checked=is_chosen
                prop:checked=is_chosen
                on:change=move |_| changed.set(which)
            />
            <span>
                <b>{title}</b>
                <small>{explanation}</small>
            </span>
        </label>
    }
}

fn cell(text: String) -> AnyView {
    if text.is_empty() {
        view! { <span class="muted">"empty"</span> }.into_any()
    } else {
        view! { <code>{text}</code> }.into_any()
    }
}

fn sentences(view: &GivenBackView) -> Vec<String> {
    let mut lines = Vec::new();
    let count = |count: u64, one: &str, many: &str| counted(count, one, many, None);
    let missing = count(view.missing, "missing record", "missing records");
    lines.push(match (view.taken, view.missing) {
        (1, 1) => "The one missing record is given back.".to_owned(),
        (taken, all) if taken == all => format!("All {missing} are given back."),
        (1, _) => format!("1 of {missing} is given back."),
        (taken, _) => format!("{} of {missing} are given back.", count_text(taken, None)),
    });
    let left = view.missing.saturating_sub(view.taken);
    if left > 0 {
        lines.push(format!(
            "{} to be corrected.",
            count(left, "record stays", "records stay")
        ));
    }
    if let Some((line, rejection)) = &view.first_unfit {
        lines.push(format!(
            "{} fit yet; the first is in line {}: {}",
            count(
                view.unfit,
                "of them is in the file and does not",
                "of them are in the file and do not"
            ),
            count_text(*line, None),
            setup::sentence(&rejection.message)
        ));
    }
    if view.in_already > 0 {
        lines.push(format!(
            "{} left out.",
            count(
                view.in_already,
                "record is in already and is",
                "records are in already and are"
            )
        ));
    }
    if view.given_before > 0 {
        lines.push(format!(
            "{} left out.{}",
            count(
                view.given_before,
                "record was given back before and is",
                "records were given back before and are"
            ),
            if view.is_under_way {
                " A run that imports corrected records is still under way."
            } else {
                ""
            }
        ));
    }
    if let Some(saved) = &view.saved {
        lines.push(format!(
            "It was saved with {} in {}; it is read so.",
            match saved.delimiter {
                Some(mark @ (';' | ',' | '\t')) => format!("{}s", setup::delimiter(Some(mark))),
                other => setup::delimiter(other),
            },
            saved.encoding.label().to_uppercase()
        ));
    }
    for form in &view.forms {
        lines.push(format!(
            "The column `{}` is written in another form: `{}` is read as `{}`.",
            form.column, form.given, form.original
        ));
    }
    if view.by_likeness > 0 {
        lines.push(format!(
            "{} by order or likeness, because the cells that were not at fault do not tell.",
            count(
                view.by_likeness,
                "record is recognised",
                "records are recognised"
            )
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use tabular::dialect::Dialect;

    use super::*;
    use crate::wire::corrections::FormView;

    #[test]
    fn the_summary_says_what_goes_in_and_what_does_not() {
        let view = GivenBackView {
            missing: 15,
            taken: 12,
            in_already: 2,
            given_before: 1,
            saved: Some(Dialect {
                delimiter: Some(';'),
                ..Dialect::default()
            }),
            forms: vec![FormView {
                column: "born".to_owned(),
                given: "31.12.2026".to_owned(),
                original: "2026-12-31".to_owned(),
            }],
            ..GivenBackView::default()
        };
        assert_eq!(
            sentences(&view),
            [
                "12 of 15 missing records are given back.",
                "3 records stay to be corrected.",
                "2 records are in already and are left out.",
                "1 record was given back before and is left out.",
                "It was saved with semicolons in UTF-8; it is read so.",
                "The column `born` is written in another form: `31.12.2026` is read as `2026-12-31`.",
            ]
        );
    }

    #[test]
    fn a_file_that_raises_no_question_is_one_sentence() {
        for (missing, taken, sentence) in [
            (1, 1, "The one missing record is given back."),
            (3, 3, "All 3 missing records are given back."),
        ] {
            let view = GivenBackView {
                missing,
                taken,
                ..GivenBackView::default()
            };
            assert_eq!(sentences(&view), [sentence]);
        }
    }
}
