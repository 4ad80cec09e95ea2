//! A letter as plain text.

use std::fmt::Write as _;

use super::{Item, Letter};

/// Lines end in `\n`; they are as long as their sentence, so that every program wraps them as it likes.
pub fn text(letter: &Letter) -> String {
    let mut text = String::new();
    if !letter.introduction.is_empty() {
        let _ = writeln!(text, "{}\n", letter.introduction);
    }
    for (index, item) in letter.items.iter().enumerate() {
        if index > 0 {
            text.push_str("\n----\n\n");
        }
        write_item(&mut text, item);
    }
    let _ = write!(
        text,
        "\n-- \nWeir, {}\nWhich notices you get: {}\n",
        letter.namespace, letter.settings_url
    );
    text
}

fn write_item(text: &mut String, item: &Item) {
    let _ = writeln!(text, "{}\n{}, {}\n", item.words.title, item.label, item.at);
    let paragraphs = [
        ("", &item.words.what),
        ("Why: ", &item.words.why),
        ("What to do: ", &item.words.next),
    ];
    for (heading, paragraph) in paragraphs {
        if !paragraph.is_empty() {
            let _ = writeln!(text, "{heading}{paragraph}\n");
        }
    }
    for (name, value) in &item.facts {
        let _ = writeln!(text, "{name}: {value}");
    }
    for line in &item.lines {
        let url = line.url.as_ref().map(|url| format!("\n  {url}"));
        let _ = writeln!(
            text,
            "{}: {}{}",
            line.text,
            line.detail,
            url.unwrap_or_default()
        );
    }
    if let Some((label, url)) = &item.link {
        let gap = if item.facts.is_empty() && item.lines.is_empty() {
            ""
        } else {
            "\n"
        };
        let _ = writeln!(text, "{gap}{label}: {url}");
    }
}
