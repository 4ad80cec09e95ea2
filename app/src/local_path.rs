//! An address of this site, of which somebody else may have written the text.

/// A path with its query, for a redirect: it never leads to another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPath(String);

const MOST_BYTES: usize = 2000;

impl LocalPath {
    /// Browsers read `\` as `/`, take away tabs and line breaks, and read `//host` as an address of that host. What a header
    /// cannot hold is refused too: an address as browsers write it is ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let after_slash = text.strip_prefix('/')?;
        // Calls are no pages.
        let is_call = ["ui/", "ui?"]
            .iter()
            .any(|call| after_slash.starts_with(call));
        let is_local = !after_slash.starts_with('/')
            && !is_call
            && text.len() <= MOST_BYTES
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        is_local.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_to_another_host() {
        for (text, is_local) in [
            ("/", true),
            ("/n/main/jobs", true),
            ("/n/main/jobs?status=failed&search=a%20b", true),
            ("/search?next=//elsewhere.example", true),
            ("/ui/sign_out", false),
            ("/uis", true),
            ("", false),
            ("n/main/jobs", false),
            ("//elsewhere.example", false),
            ("///elsewhere.example", false),
            ("/\\elsewhere.example", false),
            ("/n\\main", false),
            ("\\\\elsewhere.example", false),
            ("/\t/elsewhere.example", false),
            ("/\n/elsewhere.example", false),
            ("/\0/elsewhere.example", false),
            (" //elsewhere.example", false),
            ("/n/ä", false),
            ("https://elsewhere.example", false),
            ("https:/elsewhere.example", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(LocalPath::parse(text).is_some(), is_local, "{text:?}");
        }
        assert_eq!(LocalPath::parse(&"/".repeat(MOST_BYTES + 1)), None);
        assert_eq!(
            LocalPath::parse(&format!("/{}", "a".repeat(MOST_BYTES))),
            None
        );
    }
}
