//! E-mail addresses by the pattern of the HTML standard (section "Email state").

/// Labels of a domain have at most so many characters (the HTML standard's `{0,61}` between two others).
const LONGEST_LABEL: usize = 63;

/// Whether the text matches
/// ``/^[a-zA-Z0-9.!#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/``.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && local.bytes().all(is_local_byte)
        && domain.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

fn is_local_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\''
            | b'*' | b'+' | b'/' | b'=' | b'?' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}' | b'~' | b'-'
    )
}

fn is_label(label: &[u8]) -> bool {
    label.len() <= LONGEST_LABEL
        && label.first().is_some_and(u8::is_ascii_alphanumeric)
        && label.last().is_some_and(u8::is_ascii_alphanumeric)
        && label
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_html_standard() {
        let longest = format!("a@{}.de", "x".repeat(63));
        let too_long = format!("a@{}.de", "x".repeat(64));
        let cases: &[(&str, bool)] = &[
            ("kunde1@beispiel.example", true),
            ("a@b", true),
            ("a.b+c@d-e.co.uk", true),
            ("..@x", true),
            ("!#$%&'*+/=?^_`{|}~-@x1", true),
            (&longest, true),
            (&too_long, false),
            ("kunde500(at)beispiel.example", false),
            ("a@", false),
            ("@b", false),
            ("a@b@c", false),
            ("a@-b", false),
            ("a@b-", false),
            ("a@b..c", false),
            ("a@b.", false),
            ("a b@c", false),
            ("a@b_c", false),
            ("ä@b.de", false),
            ("a@ä.de", false),
            ("\"a b\"@c", false),
            ("a@b\n", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_email(text), *expected, "{text:?}");
        }
    }
}
