//! Sentences that name things between backticks: `so` they are drawn as code.

use leptos::prelude::*;

/// An odd backtick at the end stays what it is: a character of somebody's value.
#[component]
pub fn Marked(#[prop(into)] text: String) -> impl IntoView {
    let part = |(index, part): (usize, String)| {
        if index % 2 == 1 {
            view! { <code>{part}</code> }.into_any()
        } else {
            part.into_any()
        }
    };
    parts(&text)
        .into_iter()
        .enumerate()
        .map(part)
        .collect_view()
        .into_any()
}

/// Plain text and code by turns, plain text first.
fn parts(text: &str) -> Vec<String> {
    let mut parts = text.split('`').map(str::to_owned).collect::<Vec<_>>();
    if parts.len() % 2 == 0
        && let (Some(last), Some(before)) = (parts.pop(), parts.last_mut())
    {
        before.push('`');
        before.push_str(&last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_hold_code() {
        for (text, expected) in [
            ("plain", vec!["plain"]),
            ("`a` is no date", vec!["", "a", " is no date"]),
            ("column `b` holds `", vec!["column ", "b", " holds `"]),
            ("`", vec!["`"]),
        ] {
            assert_eq!(parts(text), expected);
        }
    }
}
