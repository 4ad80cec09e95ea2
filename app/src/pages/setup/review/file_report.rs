//! What a check of the whole file found.

use leptos::prelude::*;
use mapping::sample::{FileReport, RejectedRecord, SampleCheck};

use crate::components::marked::Marked;
use crate::pages::field_words::shown_name;
use crate::pages::setup::sample::{rule_words, sentence};
use crate::pages::setup::words;

#[component]
pub fn Report(report: FileReport) -> impl IntoView {
    let problems = report.check.problems.iter().map(|problem| {
        let text = format!(
            "{} {}",
            sentence(&problem.to_string()),
            sentence(&problem.hint())
        );
        view! { <li><Marked text /></li> }
    });
    let problems = problems.collect_view();
    if !report.check.problems.is_empty() {
        return view! {
            <div class="note failure" role="alert">
                <div>
                    <strong>"The file does not go with this set-up."</strong>
                    <ul>{problems}</ul>
                </div>
            </div>
        }
        .into_any();
    }
    let outcome = outcome_words(&report.check);
    let meaning = match (report.check.rejected, report.check.fitting) {
        (0, _) => "note success",
        (_, 0) => "note failure",
        _ => "note warning",
    };
    let reasons = reasons(&report.check);
    let has_reasons = !reasons.is_empty();
    let reasons = reasons.into_iter().map(|(column, what, count, example)| {
        view! {
            <tr>
                <td>{column}</td>
                <td>{what}</td>
                <td class="number">{words::count(count)}</td>
                <td>{example_view(example)}</td>
            </tr>
        }
    });
    let reasons = reasons.collect_view();
    let first = report
        .first_rejected
        .iter()
        .flat_map(rejected_rows)
        .collect_view();
    let tables = has_reasons.then(|| {
        view! {
            <h3 id="check-reasons">"By column and rule"</h3>
            <div class="table-scroll">
                <table aria-labelledby="check-reasons">
                    <thead>
                        <tr>
                            <th scope="col">"Column"</th>
                            <th scope="col">"What is wrong"</th>
                            <th scope="col" class="number">
                                "Records"
                            </th>
                            <th scope="col">"Such as"</th>
                        </tr>
                    </thead>
                    <tbody>{reasons}</tbody>
                </table>
            </div>
            <h3 id="check-first">"The first ones"</h3>
            <div class="table-scroll">
                <table aria-labelledby="check-first">
                    <thead>
                        <tr>
                            <th scope="col" class="number">
                                "Line"
                            </th>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Value"</th>
                            <th scope="col">"Why"</th>
                        </tr>
                    </thead>
                    <tbody>{first}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <div class=meaning role="status">
            <p>{outcome}</p>
        </div>
        {tables}
    }
    .into_any()
}

fn outcome_words(check: &SampleCheck) -> String {
    let records = words::counted(check.records, "record", "records");
    match check.rejected {
        0 => format!("All {records} fit."),
        rejected => format!(
            "{} of {records} fit; {} would be rejected. Correct them in the file now, or import the others and correct these afterwards.",
            words::count(check.fitting),
            words::count(rejected)
        ),
    }
}

/// Column, what is wrong, how many records, an example; the most frequent first.
fn reasons(check: &SampleCheck) -> Vec<(String, &'static str, u64, String)> {
    let of_columns = check.columns.iter().flat_map(|column| {
        column
            .rules
            .iter()
            .map(|rule| (shown_name(&column.name), rule))
    });
    let whole = check
        .whole_records
        .iter()
        .map(|rule| ("whole record".to_owned(), rule));
    let mut reasons: Vec<_> = of_columns
        .chain(whole)
        .map(|(column, counted)| {
            let example = counted
                .examples
                .first()
                .and_then(|example| example.value.clone())
                .unwrap_or_default();
            (column, rule_words(counted.rule), counted.count, example)
        })
        .collect();
    reasons.sort_by_key(|(.., count, _)| std::cmp::Reverse(*count));
    reasons
}

/// A value, or nothing where it is the absence that is wrong.
fn example_view(value: String) -> Option<impl IntoView> {
    (!value.is_empty()).then(|| view! { <code class="chip">{value}</code> })
}

fn rejected_rows(rejected: &RejectedRecord) -> Vec<AnyView> {
    let line = words::count(rejected.line);
    let rows = rejected.rejections.iter().map(|rejection| {
        let column = rejection
            .column_name
            .as_deref()
            .map_or_else(|| "whole record".to_owned(), shown_name);
        view! {
            <tr>
                <td class="number">{line.clone()}</td>
                <td>{column}</td>
                <td>
                    {example_view(rejection.value.clone().unwrap_or_default())}
                </td>
                <td>
                    <Marked text=sentence(&rejection.message) />
                    <small><Marked text=sentence(&rejection.hint) /></small>
                </td>
            </tr>
        }
        .into_any()
    });
    rows.collect()
}
