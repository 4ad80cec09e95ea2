//! How the file is written: what was detected, why, and what a person says instead.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabular::detect::{Evidence, LineEnd, Question};
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;

use super::form::question_word;
use super::reading;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;

/// The encodings that files of records are really written in, with where they come from.
const ENCODINGS: [(&str, &str); 26] = [
    ("utf-8", "Unicode"),
    ("windows-1252", "Western"),
    ("iso-8859-15", "Western, with €"),
    ("macintosh", "Western, old Mac"),
    ("windows-1250", "Central European"),
    ("iso-8859-2", "Central European"),
    ("utf-16le", "Unicode, as Excel writes it"),
    ("utf-16be", "Unicode"),
    ("windows-1251", "Cyrillic"),
    ("koi8-r", "Cyrillic"),
    ("iso-8859-5", "Cyrillic"),
    ("ibm866", "Cyrillic, DOS"),
    ("windows-1253", "Greek"),
    ("iso-8859-7", "Greek"),
    ("windows-1254", "Turkish"),
    ("windows-1255", "Hebrew"),
    ("windows-1256", "Arabic"),
    ("windows-1257", "Baltic"),
    ("windows-1258", "Vietnamese"),
    ("windows-874", "Thai"),
    ("shift_jis", "Japanese"),
    ("euc-jp", "Japanese"),
    ("gbk", "Chinese, simplified"),
    ("gb18030", "Chinese, simplified"),
    ("big5", "Chinese, traditional"),
    ("euc-kr", "Korean"),
];

/// With the value of its option, and how it is written in the list.
const DELIMITERS: [(Option<char>, &str); 7] = [
    (Some(','), ", comma"),
    (Some(';'), "; semicolon"),
    (Some('\t'), "⇥ tab"),
    (Some('|'), "| pipe"),
    (Some(':'), ": colon"),
    (Some(' '), "␣ space"),
    (None, "none: one column"),
];

const QUOTES: [(Option<char>, Escape, &str); 5] = [
    (Some('"'), Escape::Doubled, "\" doubled inside"),
    (Some('"'), Escape::Backslash, "\" with \\ inside"),
    (Some('\''), Escape::Doubled, "' doubled inside"),
    (Some('\''), Escape::Backslash, "' with \\ inside"),
    (None, Escape::Doubled, "none"),
];

/// So many lines are offered as the header.
const HEADER_LINES: u32 = 20;

#[component]
pub fn FormatControls() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let dialect = Memo::new(move |_| form.dialect.get().unwrap_or_default());
    let detected = Memo::new(move |_| form.detection.read().as_ref().map(|detection| detection.dialect.clone()));
    let line_end = move || match form.detection.read().as_ref().map(|detection| detection.line_end) {
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
        detected: Signal::derive(move || detected.read().as_ref().map(|dialect| dialect.encoding.label())),
    };
    let delimiter = Control {
        label: "Column delimiter",
        questions: &[Question::Delimiter],
        options: Signal::derive(move || delimiter_options(dialect.read().delimiter)),
        chosen: Signal::derive(move || delimiter_value(dialect.read().delimiter)),
        detected: Signal::derive(move || detected.read().as_ref().map(|dialect| delimiter_value(dialect.delimiter))),
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
            reading_changed(setup, Question::Preamble, move |dialect| dialect.preamble_rows = rows);
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
        open.iter().any(|one| control.questions.contains(&one.question))
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
            reading_changed(setup, question, move |dialect| apply(question, &answer, dialect));
        };
        view! {
            <div class="format-question" role="group">
                <p>
                    <b>{format!("Which {} is right?", question_word(question))}</b>
                    " "
                    {evidence.sentence}
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
    move || setup.sample.open_questions().into_iter().map(ask).collect_view()
}

#[component]
fn Evidences() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let sentence = move |question| {
        let detection = setup.sample.detection.read();
        let evidence = detection.as_ref().and_then(|detection| detection.evidence_for(question));
        evidence.map(|evidence| evidence.sentence.clone()).unwrap_or_default()
    };
    let shown = move || setup.sample.detection.read().is_some();
    view! {
        <Show when=shown>
            <details class="format-why">
                <summary>
                    <b>{move || sentence(Question::Delimiter)}</b>
                    " "
                    {move || sentence(Question::Encoding)}
                    " "
                    <span class="format-why-more">"All evidence"</span>
                </summary>
                <dl>
                    <dt>"Header"</dt>
                    <dd>{move || sentence(Question::Header)}</dd>
                    <dt>"Lines skipped"</dt>
                    <dd>{move || sentence(Question::Preamble)}</dd>
                    <dt>"Quote"</dt>
                    <dd>{move || sentence(Question::Quote)}</dd>
                    <dt>"Inside quotes"</dt>
                    <dd>{move || sentence(Question::Escape)}</dd>
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

/// Takes the answer that the evidence words.
fn apply(question: Question, answer: &str, dialect: &mut Dialect) {
    match question {
        Question::Encoding => {
            if let Some(encoding) = Encoding::for_label(answer) {
                dialect.encoding = encoding;
            }
        }
        Question::Delimiter => dialect.delimiter = worded_character(answer),
        Question::Quote => dialect.quote = worded_character(answer),
        Question::Escape => dialect.escape = if answer == "backslash" { Escape::Backslash } else { Escape::Doubled },
        Question::Header => dialect.header = if answer == "absent" { HeaderRow::Absent } else { HeaderRow::Present },
        Question::Preamble => {
            if let Ok(rows) = answer.parse() {
                dialect.preamble_rows = rows;
            }
        }
    }
}

/// "`;`", "tab", "space", "U+001F" or "none".
fn worded_character(words: &str) -> Option<char> {
    match words {
        "tab" => Some('\t'),
        "space" => Some(' '),
        "none" => None,
        other => match other.strip_prefix("U+") {
            Some(digits) => u32::from_str_radix(digits, 16).ok().and_then(char::from_u32),
            None => other.trim_matches('`').chars().next(),
        },
    }
}

fn encoding_options(chosen: Encoding) -> Vec<(String, String)> {
    let mut options: Vec<_> =
        ENCODINGS.iter().map(|(label, region)| ((*label).to_owned(), format!("{label} ({region})"))).collect();
    let label = chosen.label();
    if !options.iter().any(|(value, _)| *value == label) {
        options.insert(0, (label.clone(), label));
    }
    options
}

fn delimiter_options(chosen: Option<char>) -> Vec<(String, String)> {
    let mut options: Vec<_> =
        DELIMITERS.iter().map(|(delimiter, text)| (delimiter_value(*delimiter), (*text).to_owned())).collect();
    if !DELIMITERS.iter().any(|(delimiter, _)| *delimiter == chosen) {
        options.insert(0, (delimiter_value(chosen), words::delimiter(chosen)));
    }
    options
}

fn delimiter_value(delimiter: Option<char>) -> String {
    delimiter.map(String::from).unwrap_or_default()
}

fn quote_options() -> Vec<(String, String)> {
    QUOTES.iter().enumerate().map(|(at, (.., text))| (at.to_string(), (*text).to_owned())).collect()
}

fn quote_value(dialect: &Dialect) -> String {
    let found = QUOTES.iter().position(|(quote, escape, _)| {
        *quote == dialect.quote && (quote.is_none() || *escape == dialect.escape)
    });
    found.map(|at| at.to_string()).unwrap_or_default()
}

fn header_options(preamble_rows: u32) -> Vec<(String, String)> {
    let lines = (1..=HEADER_LINES.max(preamble_rows + 1)).map(|line| (line.to_string(), format!("line {line}")));
    lines.chain([(String::new(), "no header".to_owned())]).collect()
}

fn header_value(dialect: &Dialect) -> String {
    match dialect.header {
        HeaderRow::Present => (dialect.preamble_rows + 1).to_string(),
        HeaderRow::Absent => String::new(),
    }
}

fn set_header(dialect: &mut Dialect, value: &str) {
    match value.parse::<u32>() {
        Ok(line) => {
            dialect.header = HeaderRow::Present;
            dialect.preamble_rows = line.saturating_sub(1);
        }
        Err(_) => dialect.header = HeaderRow::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_back_from_their_words() {
        for (words, character) in
            [("`;`", Some(';')), ("tab", Some('\t')), ("space", Some(' ')), ("none", None), ("U+001F", Some('\u{1f}'))]
        {
            assert_eq!(worded_character(words), character, "{words}");
        }
    }

    #[test]
    fn every_listed_encoding_is_known_under_its_own_name() {
        for (label, _) in ENCODINGS {
            assert_eq!(Encoding::for_label(label).map(Encoding::label).as_deref(), Some(label));
        }
    }

    #[test]
    fn header_is_chosen_by_its_line() {
        let mut dialect = Dialect::default();
        set_header(&mut dialect, "3");
        assert_eq!((dialect.header, dialect.preamble_rows), (HeaderRow::Present, 2));
        assert_eq!(header_value(&dialect), "3");
        set_header(&mut dialect, "");
        assert_eq!((dialect.header, dialect.preamble_rows), (HeaderRow::Absent, 2));
    }
}
