//! Icons, drawn as strokes on a grid of 16. They are decoration: the word stands beside them or in the label.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Check,
    HalfCheck,
    Cross,
    BarredCross,
    Stage,
    Clock,
    Bars,
    Pencil,
    LinedCircle,
    Pulse,
    Alert,
    Bell,
    Chevron,
    ChevronDown,
    Copy,
    Dots,
    Download,
    Eye,
    File,
    Person,
    Play,
    Plus,
    Search,
    SignOut,
    Sun,
    Table,
    Trash,
    Waves,
}

impl Glyph {
    /// Stroked paths, and one that is filled.
    const fn paths(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Check => ("M3 8.5l3.2 3.2L13 5", "", ""),
            Self::HalfCheck => (
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
                "M5.2 8.2l2 2 3.6-4",
                "M8 2a6 6 0 0 0 0 12z",
            ),
            Self::Cross => ("M4 4l8 8M12 4l-8 8", "", ""),
            Self::BarredCross => ("M4.5 2.5l7 7M11.5 2.5l-7 7", "M3 13.3h10", ""),
            Self::Stage => ("M1.5 8h10", "M8.8 4.2L12.8 8l-4 3.8", ""),
            Self::Clock => ("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z", "M8 4.8V8l2.2 1.6", ""),
            Self::Bars => ("M5.5 3.8v8.4M10.5 3.8v8.4", "", ""),
            Self::Pencil => ("M3 13l.8-3.2 7-7 2.4 2.4-7 7z", "", ""),
            Self::LinedCircle => (
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
                "M3.8 12.2l8.4-8.4",
                "",
            ),
            Self::Pulse => ("M1.8 8.3h2.7l2-5 3 9.4 2-4.4h2.7", "", ""),
            Self::Alert => (
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
                "M8 5v3.4M8 10.9v.1",
                "",
            ),
            Self::Bell => (
                "M3.2 11.5h9.6c-1-1.2-1.3-2.2-1.3-4.7a3.5 3.5 0 0 0-7 0c0 2.5-.3 3.5-1.3 4.7z",
                "M6.6 13.8h2.8",
                "",
            ),
            Self::Chevron => ("M6 3.5L10.5 8 6 12.5", "", ""),
            Self::ChevronDown => ("M4 6.2L8 10l4-3.8", "", ""),
            Self::Copy => ("M6 5.5h7.5v8H6z", "M3.5 10.5h-1v-8h7.5v1", ""),
            Self::Dots => (
                "",
                "",
                "M3.2 6.8a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4zm4.8 0a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4zm4.8 0a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z",
            ),
            Self::Download => ("M8 2.5v8M4.5 7.2L8 10.7l3.5-3.5", "M3 13.5h10", ""),
            Self::Eye => (
                "M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8 12.1 12.5 8 12.5 1.5 8 1.5 8z",
                "M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
                "",
            ),
            Self::File => ("M3.5 1.8h5.7l3.3 3.4v9h-9z", "M9 2v3.4h3.3", ""),
            Self::Person => (
                "M8 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
                "M2.8 13.8c.6-2.6 2.6-3.8 5.2-3.8s4.6 1.2 5.2 3.8",
                "",
            ),
            Self::Play => ("M5 3.2v9.6L12.6 8z", "", ""),
            Self::Plus => ("M8 3v10M3 8h10", "", ""),
            Self::Search => (
                "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
                "M10.4 10.4l3.3 3.3",
                "",
            ),
            Self::SignOut => ("M6 2.5H3v11h3", "M6.5 8h7M10.5 4.8L13.7 8l-3.2 3.2", ""),
            Self::Sun => (
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
                "",
                "M8 2a6 6 0 0 1 0 12z",
            ),
            Self::Table => ("M2 3h12v10H2z", "M2 6.5h12M6 6.5V13", ""),
            Self::Trash => (
                "M2.8 4.2h10.4M6 4V2.4h4V4",
                "M4.2 4.4l.6 9.2h6.4l.6-9.2",
                "",
            ),
            Self::Waves => (
                "M1.6 5c2.4 0 2.4 1.6 4.8 1.6S8.8 5 11.2 5s1.6.8 3.2.8",
                "M1.6 10.6c2.4 0 2.4 1.6 4.8 1.6s2.4-1.6 4.8-1.6 1.6.8 3.2.8",
                "",
            ),
        }
    }
}

#[component]
pub fn Icon(
    glyph: Glyph,
    /// Edge in pixels.
    #[prop(default = 16)]
    size: u8,
) -> impl IntoView {
    let (first, second, filled) = glyph.paths();
    view! {
        <svg
            class=if glyph == Glyph::Stage { "moving" } else { "" }
            width=size
            height=size
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            stroke-width="1.6"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=first />
            {(!second.is_empty()).then(|| view! { <path d=second /> })}
            {(!filled.is_empty())
                .then(|| {
                    let opacity = if glyph == Glyph::HalfCheck { "0.28" } else { "1" };
                    view! { <path d=filled fill="currentColor" fill-opacity=opacity stroke="none" /> }
                })}
        </svg>
    }
    .into_any()
}

/// The mark of the product: water over a weir.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <svg
            width="22"
            height="22"
            viewBox="0 0 20 20"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            aria-hidden="true"
        >
            <path d="M2 6c3 0 3 2 6 2s3-2 6-2 2 1 4 1M2 13c3 0 3 2 6 2s3-2 6-2 2 1 4 1" />
            <path d="M10 2v16" opacity=".45" />
        </svg>
        <span class="text">"Weir"</span>
    }
    .into_any()
}
