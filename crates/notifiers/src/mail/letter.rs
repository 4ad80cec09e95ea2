//! What a letter says, before it is text or HTML.

use domain::notice::Words;

/// One notice, or the digest of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    /// Above all items; empty for a single one.
    pub introduction: String,
    /// Of the namespace, as people call it.
    pub namespace: String,
    pub items: Vec<Item>,
    /// Where it is set which notices come.
    pub settings_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub mood: Mood,
    /// A word or two, such as `Run failed`.
    pub label: String,
    /// When, in the namespace's zone.
    pub at: String,
    pub words: Words,
    /// Numbers of the run: name and value.
    pub facts: Vec<(String, String)>,
    /// One for each, where the item tells of several.
    pub lines: Vec<Line>,
    /// Where to look: what it is and its address.
    pub link: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub detail: String,
    pub url: Option<String>,
}

/// The colours that the status has on the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Success,
    Warning,
    Failure,
    Neutral,
}
