//! A letter as HTML: tables and inline styles, which is what mail programs draw alike. A style sheet in the head turns the
//! colours for those that are dark.

use std::fmt::Write as _;

use super::{Item, Letter, Line, Mood};

const FONT: &str = "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

const DARK: &str = "\
@media (prefers-color-scheme:dark){\
.page{background:#10161b!important}\
.card{background:#182026!important;border-color:#2b363e!important}\
.strong{color:#eef2f4!important}\
.plain{color:#cdd6db!important}\
.quiet{color:#93a1aa!important}\
.rule{border-color:#2b363e!important}\
.act{background:#2f7fae!important}\
.success{background:#12351f!important;color:#8fdcab!important}\
.warning{background:#3a2c0c!important;color:#f0c872!important}\
.failure{background:#421b1b!important;color:#f5a9a4!important}\
.neutral{background:#22303a!important;color:#a9cbe0!important}\
}";

pub fn html(letter: &Letter) -> String {
    let mut items = String::new();
    for item in &letter.items {
        write_item(&mut items, item);
    }
    let introduction = if letter.introduction.is_empty() {
        String::new()
    } else {
        format!(
            r#"<p class="plain" style="{FONT};font-size:16px;line-height:24px;color:#2c3a43;margin:0 0 16px">{}</p>"#,
            escape(&letter.introduction)
        )
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>:root{{color-scheme:light dark}}{DARK}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f5f7">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f2f5f7">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="quiet" style="{FONT};font-size:14px;line-height:20px;color:#5b6b76;padding:0 4px 12px"><strong class="strong" style="color:#17222a">Weir</strong> &middot; {namespace}</td></tr>
<tr><td>{introduction}{items}</td></tr>
<tr><td class="quiet" style="{FONT};font-size:13px;line-height:20px;color:#5b6b76;padding:4px 4px 0">You get this because of your notifications in {namespace}. <a class="quiet" href="{settings}" style="color:#5b6b76">Choose which notices you get</a>.</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#,
        subject = escape(&letter.subject),
        namespace = escape(&letter.namespace),
        settings = escape(&letter.settings_url),
    )
}

fn write_item(out: &mut String, item: &Item) {
    let (class, background, color) = match item.mood {
        Mood::Success => ("success", "#e0f3e6", "#17643a"),
        Mood::Warning => ("warning", "#fdf0d2", "#7a5200"),
        Mood::Failure => ("failure", "#fde4e2", "#9b2019"),
        Mood::Neutral => ("neutral", "#e3eef5", "#1f5573"),
    };
    let _ = write!(
        out,
        r#"<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#ffffff;border:1px solid #d9e0e5;border-radius:6px;border-collapse:separate;margin:0 0 16px">
<tr><td style="padding:24px">
<p style="margin:0 0 12px;{FONT};font-size:13px;line-height:20px"><span class="{class}" style="display:inline-block;background:{background};color:{color};border-radius:4px;padding:2px 8px;font-weight:600">{label}</span><span class="quiet" style="color:#5b6b76">&nbsp; {at}</span></p>
<h1 class="strong" style="margin:0 0 12px;{FONT};font-size:20px;line-height:28px;font-weight:650;color:#17222a">{title}</h1>
"#,
        label = escape(&item.label),
        at = escape(&item.at),
        title = escape(&item.words.title),
    );
    paragraph(out, "", &item.words.what);
    paragraph(out, "Why", &item.words.why);
    paragraph(out, "What to do", &item.words.next);
    write_facts(out, &item.facts);
    write_lines(out, &item.lines);
    if let Some((label, url)) = &item.link {
        let _ = writeln!(
            out,
            r#"<p style="margin:20px 0 0;{FONT}"><a class="act" href="{url}" style="display:inline-block;background:#12608f;color:#ffffff;font-size:15px;line-height:20px;font-weight:600;text-decoration:none;border-radius:6px;padding:10px 16px">{label}</a></p>"#,
            url = escape(url),
            label = escape(label),
        );
    }
    out.push_str("</td></tr>\n</table>\n");
}

fn paragraph(out: &mut String, heading: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let heading = if heading.is_empty() {
        String::new()
    } else {
        format!(r#"<strong class="strong" style="color:#17222a">{heading}</strong><br>"#)
    };
    let _ = writeln!(
        out,
        r#"<p class="plain" style="margin:0 0 12px;{FONT};font-size:16px;line-height:24px;color:#2c3a43;overflow-wrap:anywhere">{heading}{}</p>"#,
        escape(text)
    );
}

fn write_facts(out: &mut String, facts: &[(String, String)]) {
    let escaped: Vec<(String, String)> = facts
        .iter()
        .map(|(name, value)| (escape(name), escape(value)))
        .collect();
    write_table(out, &escaped);
}

/// Two columns of markup.
fn write_table(out: &mut String, rows: &[(String, String)]) {
    if rows.is_empty() {
        return;
    }
    out.push_str(
        r#"<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 0">
"#,
    );
    for (name, value) in rows {
        let _ = writeln!(
            out,
            r#"<tr><td class="quiet rule" style="{FONT};font-size:14px;line-height:20px;color:#5b6b76;border-top:1px solid #e4eaee;padding:8px 12px 8px 0;overflow-wrap:anywhere">{name}</td><td class="plain rule" align="right" style="{FONT};font-size:14px;line-height:20px;color:#2c3a43;border-top:1px solid #e4eaee;padding:8px 0;font-variant-numeric:tabular-nums">{value}</td></tr>"#,
        );
    }
    out.push_str("</table>\n");
}

fn write_lines(out: &mut String, lines: &[Line]) {
    let lines: Vec<(String, String)> = lines
        .iter()
        .map(|line| {
            let text = escape(&line.text);
            let named = match &line.url {
                Some(url) => format!(
                    r#"<a class="strong" href="{}" style="color:#17222a">{text}</a>"#,
                    escape(url)
                ),
                None => text,
            };
            (named, escape(&line.detail))
        })
        .collect();
    write_table(out, &lines);
}

/// For text and for values of attributes in double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // A right-to-left override in a job's name must not turn the rest of the letter around.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{FFFD}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::notice::Words;

    #[test]
    fn names_are_text_and_never_markup() {
        let hostile = r#"<img src=x onerror="alert(1)">'&"#.to_owned();
        let item = Item {
            mood: Mood::Failure,
            label: hostile.clone(),
            at: hostile.clone(),
            words: Words {
                title: hostile.clone(),
                what: hostile.clone(),
                why: hostile.clone(),
                next: hostile.clone(),
            },
            facts: vec![(hostile.clone(), hostile.clone())],
            lines: vec![Line {
                text: hostile.clone(),
                detail: hostile.clone(),
                url: Some(hostile.clone()),
            }],
            link: Some((hostile.clone(), hostile.clone())),
        };
        let letter = Letter {
            subject: hostile.clone(),
            introduction: hostile.clone(),
            namespace: hostile.clone(),
            items: vec![item],
            settings_url: hostile,
        };
        let html = html(&letter);
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.contains("onerror=\""), "{html}");
    }
}
