//! How the file is written: what was detected, why, and what a person says instead.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabular::detect::{Evidence, LineEnd, Question};
use tabular::dialect::{Dialect, HeaderRow};
use tabular::encoding::Encoding;

use super::form::question_word;
use super::format_choices::{
    QUOTES, apply, delimiter_options, delimiter_value, encoding_options, header_options,
    header_value, quote_options, quote_value, set_header,
};
use super::reading;
use crate::components::marked::Marked;
use crate::pages::setup::state::Setup;

#[component]
pub fn FormatControls() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let dialect = Memo::new(move |_| form.dialect.get().unwrap_or_default());
    let detected = Memo::new(move |_| {
        form.detection
            .read()
            .as_ref()
            .map(|detection| detection.dialect.clone())
    });
    let line_end = move || match form
        .detection
        .read()
        .as_ref()
        .map(|detection| detection.line_end)
    {
        Some(LineEnd::Crlf) => "CRLF (Windows)",
        Some(LineEnd::Lf) => "LF (Unix)",
        Some(LineEnd::Cr) => "CR (old Mac)",
        Some(LineEnd::Mixed) => "mixed line ends",
        Some(LineEnd::None) => "none: a single line",
        None => "any line end",
    };

    let encoding = Control {
        label: "Encoding",
        questions: &[Question::Encoding],
        options: Signal::derive(move || encoding_options(dialect.read().encoding)),
        chosen: Signal::derive(move || dialect.read().encoding.label()),
        detected: Signal::derive(move || {
            detected
                .read()
                .as_ref()
                .map(|dialect| dialect.encoding.label())
        }),
    };
    let delimiter = Control {
        label: "Column delimiter",
        questions: &[Question::Delimiter],
        options: Signal::derive(move || delimiter_options(dialect.read().delimiter)),
        chosen: Signal::derive(move || delimiter_value(dialect.read().delimiter)),
        detected: Signal::derive(move || {
            detected
                .read()
                .as_ref()
                .map(|dialect| delimiter_value(dialect.delimiter))
        }),
    };
    let quote = Control {
        label: "Quote",
        questions: &[Question::Quote, Question::Escape],
        options: Signal::derive(quote_options),
        chosen: Signal::derive(move || quote_value(&dialect.read())),
        detected: Signal::derive(move || detected.read().as_ref().map(quote_value)),
    };
    let header = Control {
        label: "Header",
        questions: &[Question::Header],
        options: Signal::derive(move || header_options(dialect.read().preamble_rows)),
        chosen: Signal::derive(move || header_value(&dialect.read())),
        detected: Signal::derive(move || detected.read().as_ref().map(header_value)),
    };
    let skip = move |text: String| {
        if let Ok(rows) = text.trim().parse::<u32>() {
            reading_changed(setup, Question::Preamble, move |dialect| {
                dialect.preamble_rows = rows;
            });
        }
    };
    view! {
        <div class="format-controls">
            <Choice control=encoding choose=Callback::new(move |value: String| {
                if let Some(encoding) = Encoding::for_label(&value) {
                    reading_changed(setup, Question::Encoding, move |dialect| dialect.encoding = encoding);
                }
            }) />
            <Choice control=delimiter choose=Callback::new(move |value: String| {
                reading_changed(setup, Question::Delimiter, move |dialect| dialect.delimiter = value.chars().next());
            }) />
            <div class="format-control">
                <span>"Row delimiter"</span>
                <output>{line_end}</output>
                <small>"every line end is read"</small>
            </div>
            <Choice control=quote choose=Callback::new(move |value: String| {
                if let Some((quote, escape, _)) = value.parse::<usize>().ok().and_then(|at| QUOTES.get(at)) {
                    setup.sample.answer(Question::Escape);
                    reading_changed(setup, Question::Quote, move |dialect| {
                        dialect.quote = *quote;
                        dialect.escape = *escape;
                    });
                }
            }) />
            <Choice control=header choose=Callback::new(move |value: String| {
                reading_changed(setup, Question::Header, move |dialect| set_header(dialect, &value));
            }) />
            <label class="format-control narrow">
                <span>"Lines skipped"</span>
                <input
                    type="number"
                    min="0"
                    max="1000"
                    inputmode="numeric"
                    value=move || dialect.read().preamble_rows.to_string()
                    prop:value=move || dialect.read().preamble_rows.to_string()
                    on:change:target=move |event| skip(event.target().value())
                />
                <small>
                    {move || match detected.read().as_ref() {
                        Some(detected) if detected.preamble_rows == dialect.read().preamble_rows => "detected",
                        Some(_) => "your choice",
                        None => "",
                    }}
                </small>
            </label>
        </div>
        <OpenQuestions />
        <Evidences />
    }
}

#[derive(Clone, Copy)]
struct Control {
    label: &'static str,
    questions: &'static [Question],
    /// Values and texts.
    options: Signal<Vec<(String, String)>>,
    chosen: Signal<String>,
    detected: Signal<Option<String>>,
}

#[component]
fn Choice(control: Control, choose: Callback<String>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let is_open = move || {
        let open = setup.sample.open_questions();
        open.iter()
            .any(|one| control.questions.contains(&one.question))
    };
    let origin = move || match control.detected.get() {
        Some(_) if is_open() => "undecided",
        Some(detected) if detected == control.chosen.get() => "detected",
        Some(_) => "your choice",
        None => "",
    };
    let options = move || {
        let chosen = control.chosen.get();
        let options = control.options.get().into_iter().map(move |(value, text)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {text}
                </option>
            }
        });
        options.collect_view()
    };
    view! {
        <label class="format-control" class:undecided=is_open>
            <span>{control.label}</span>
            <select prop:value=control.chosen on:change:target=move |event| choose.run(event.target().value())>
                {options}
            </select>
            <small>{origin}</small>
        </label>
    }
}

/// What the sample leaves open is asked, with the two answers that it allows.
#[component]
fn OpenQuestions() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let ask = move |evidence: Evidence| {
        let question = evidence.question;
        let other = evidence.runner_up.clone().unwrap_or_default();
        let take_other = other.clone();
        let keep = move |_| setup.sample.answer(question);
        let change = move |_| {
            let answer = take_other.clone();
            reading_changed(setup, question, move |dialect| {
                apply(question, &answer, dialect);
            });
        };
        view! {
            <div class="format-question" role="group">
                <p>
                    <b>{format!("Which {} is right?", question_word(question))}</b>
                    " "
                    <Marked text=evidence.sentence />
                    " Look at the table below, then say."
                </p>
                <button type="button" class="button" on:click=keep>
                    {format!("Keep {}", evidence.answer)}
                </button>
                <button type="button" class="button" on:click=change>
                    {format!("Take {other}")}
                </button>
            </div>
        }
    };
    move || {
        setup
            .sample
            .open_questions()
            .into_iter()
            .map(ask)
            .collect_view()
    }
}

#[component]
fn Evidences() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let sentence = move |question| {
        let detection = setup.sample.detection.read();
        let evidence = detection
            .as_ref()
            .and_then(|detection| detection.evidence_for(question));
        evidence
            .map(|evidence| evidence.sentence.clone())
            .unwrap_or_default()
    };
    let marked = move |question| view! { <Marked text=sentence(question) /> };
    let shown = move || setup.sample.detection.read().is_some();
    view! {
        <Show when=shown>
            <details class="format-why">
                <summary>
                    <b>{move || marked(Question::Delimiter)}</b>
                    " "
                    {move || marked(Question::Encoding)}
                    " "
                    <span class="format-why-more">"All evidence"</span>
                </summary>
                <dl>
                    <dt>"Header"</dt>
                    <dd>{move || marked(Question::Header)}</dd>
                    <dt>"Lines skipped"</dt>
                    <dd>{move || marked(Question::Preamble)}</dd>
                    <dt>"Quote"</dt>
                    <dd>{move || marked(Question::Quote)}</dd>
                    <dt>"Inside quotes"</dt>
                    <dd>{move || marked(Question::Escape)}</dd>
                </dl>
            </details>
        </Show>
    }
}

/// Changes the dialect, and reads the sample anew.
pub fn reading_changed(setup: Setup, question: Question, change: impl FnOnce(&mut Dialect)) {
    setup.sample.change_dialect(question, change);
    if setup.sample.inspection.read_untracked().is_some() {
        spawn_local(reading::inspect(setup));
    }
}

/// Makes this line (1-based) the header.
pub fn header_at(setup: Setup, line: u32) {
    reading_changed(setup, Question::Header, move |dialect| {
        dialect.header = HeaderRow::Present;
        dialect.preamble_rows = line.saturating_sub(1);
    });
}
