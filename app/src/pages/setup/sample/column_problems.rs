//! How many cells of a column do not fit, and, when asked, which.

use leptos::prelude::*;
use mapping::rejection::Rule;
use mapping::sample::{ColumnCheck, RuleCount};

use super::columns::Column;
use crate::components::marked::Marked;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;

#[component]
pub fn Problems(column: Column) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let open = RwSignal::new(false);
    let name = StoredValue::new(column.name);
    let found = Memo::new(move |_| {
        let check = setup.sample.check.read();
        let columns = check.iter().flat_map(|checked| &checked.check.columns);
        let mut of_this = columns.filter(|found| usize::try_from(found.column) == Ok(column.index));
        of_this.next().cloned()
    });
    let is_unsettled = move || {
        let check = setup.sample.check.read();
        let mut problems = check.iter().flat_map(|checked| &checked.check.problems);
        problems.any(|problem| name.with_value(|name| problem.column() == Some(name.as_str())))
    };
    let fits =
        move || setup.sample.check.read().is_some() && found.read().is_none() && !is_unsettled();
    let is_imported = move || {
        let mapping = setup.sample.mapping.read();
        mapping
            .as_ref()
            .and_then(|mapping| mapping.columns.get(column.index))
            .is_some_and(|column| column.field.is_some())
    };
    let setting_problem = move || {
        let check = setup.sample.check.read();
        let problems = check.iter().flat_map(|checked| &checked.check.problems);
        let of_this = problems
            .filter(|problem| name.with_value(|name| problem.column() == Some(name.as_str())));
        let lines = of_this.map(
            |problem| view! { <li><Marked text=super::form::sentence(&problem.hint()) /></li> },
        );
        lines.collect_view()
    };
    let toggle = move |found: &ColumnCheck| {
        view! {
            <button
                type="button"
                class="badge warning"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {problem_words(found)}
            </button>
        }
    };
    let details = move || {
        let found = found.get().filter(|_| open.get())?;
        Some(found.rules.into_iter().map(rule_view).collect_view())
    };
    view! {
        <div class="mapping-state" aria-live="polite">
            {move || found.read().as_ref().map(toggle)}
            <Show when=move || fits() && is_imported()>
                <small>"fits"</small>
            </Show>
            <ul class="mapping-setting">{setting_problem}</ul>
        </div>
        <div class="mapping-cells">{details}</div>
    }
}

fn rule_view(counted: RuleCount) -> impl IntoView {
    let examples = counted.examples.into_iter().map(|example| {
        let value = example.value.filter(|value| !value.is_empty());
        let value = value.map(|value| view! { <code class="chip wrong">{value}</code> });
        view! {
            <tr>
                <td class="muted">{format!("line {}", words::count(example.line))}</td>
                <td>{value}</td>
                <td>
                    <Marked text=example.message />
                    <small><Marked text=example.hint /></small>
                </td>
            </tr>
        }
    });
    let more = format!(
        "{}: {}",
        words::counted(counted.count, "record", "records"),
        rule_words(counted.rule)
    );
    view! {
        <table>
            <caption>{more}</caption>
            <tbody>{examples.collect_view()}</tbody>
        </table>
    }
}

/// "2 empty", "3 do not fit".
fn problem_words(found: &ColumnCheck) -> String {
    let parts = found.rules.iter().map(|counted| {
        let count = words::count(counted.count);
        match (counted.rule, counted.count) {
            (Rule::Type, 1) => format!("{count} does not fit"),
            (rule, _) => format!("{count} {}", rule_words(rule)),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

pub fn rule_words(rule: Rule) -> &'static str {
    match rule {
        Rule::Required => "empty",
        Rule::Type => "do not fit",
        Rule::Length => "too long",
        Rule::Allowed => "not allowed",
        Rule::Pattern => "not in the pattern",
        Rule::Range => "out of range",
        Rule::Unique => "there twice",
        Rule::TooFewFields => "too few columns",
        Rule::TooManyFields => "too many columns",
        Rule::Undecodable => "not readable in this encoding",
        Rule::UnclosedQuote => "with a quote that is not closed",
        Rule::TooLarge => "too large",
        Rule::Destination => "refused by the destination",
    }
}
