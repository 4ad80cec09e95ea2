//! Whose zone the times of a page are in: said once, at its foot.

use leptos::prelude::*;

use super::reader::use_reader;

/// Another zone in which something on the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherZone {
    /// Such as "the schedule's are".
    pub what: &'static str,
    /// IANA name.
    pub name: String,
}

#[derive(Clone, Copy)]
struct OtherZoneOfPage(RwSignal<Option<OtherZone>>);

/// Above the pages and the line.
pub fn provide_other_zone() {
    provide_context(OtherZoneOfPage(RwSignal::new(None)));
}

/// The line says it as long as the page is shown, where it is not the reader's own.
pub fn say_other_zone(zone: impl Fn() -> Option<OtherZone> + Send + Sync + 'static) {
    let OtherZoneOfPage(said) = expect_context();
    Effect::new(move || said.set(zone()));
    on_cleanup(move || {
        said.try_set(None);
    });
}

#[component]
pub fn ZoneLine() -> impl IntoView {
    let reader = use_reader();
    let OtherZoneOfPage(other) = expect_context();
    let text = move || other.with(|other| line(reader.zone.read().as_deref(), other.as_ref()));
    view! { <footer class="zone-line muted small">{text}</footer> }.into_any()
}

/// `reader`: their zone; `None` as long as the page is as the server wrote it.
fn line(reader: Option<&str>, other: Option<&OtherZone>) -> String {
    let times = match reader {
        None => "Times are in UTC".to_owned(),
        Some(zone) => format!("Times are yours ({zone})"),
    };
    match other.filter(|other| reader.is_some_and(|zone| zone != other.name)) {
        Some(other) => format!("{times}; {} {}.", other.what, other.name),
        None => format!("{times}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_zone_is_named_where_it_is_not_the_readers() {
        let tokyo = OtherZone {
            what: "the schedule's are",
            name: "Asia/Tokyo".to_owned(),
        };
        for (reader, other, expected) in [
            (None, None, "Times are in UTC."),
            (None, Some(&tokyo), "Times are in UTC."),
            (
                Some("Asia/Tokyo"),
                Some(&tokyo),
                "Times are yours (Asia/Tokyo).",
            ),
            (
                Some("America/New_York"),
                Some(&tokyo),
                "Times are yours (America/New_York); the schedule's are Asia/Tokyo.",
            ),
        ] {
            assert_eq!(line(reader, other), expected);
        }
    }
}
