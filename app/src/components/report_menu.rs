//! The files of a failure report.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::menu::Menu;

/// A button that offers all; `compact` shows the icon alone.
#[component]
pub fn ReportMenu(
    #[prop(into)] namespace: String,
    #[prop(into)] run: String,
    #[prop(optional)] compact: bool,
) -> impl IntoView {
    let address = format!("/n/{namespace}/runs/{run}/report");
    let exact = format!("{address}/exact");
    let workbook = format!("{address}/explained.xlsx");
    let explained = format!("{address}/explained.csv");
    let button = move || {
        view! {
            <Icon glyph=Glyph::Download size=14 />
            {(!compact).then_some("Failure report")}
        }
        .into_any()
    };
    let class = if compact {
        "button quiet square"
    } else {
        "button"
    };
    let label = if compact {
        "Download the failure report"
    } else {
        "Failure report"
    };
    view! {
        <Menu id=format!("report-{run}") label class button>
            <a role="menuitem" tabindex="-1" class="menu-item" href=exact.clone() download="" rel="external">
                <Icon glyph=Glyph::File />
                <span>
                    "Rejected records"
                    <small>"As they are in your file: correct them and import them again"</small>
                </span>
            </a>
            <a role="menuitem" tabindex="-1" class="menu-item" href=workbook.clone() download="" rel="external">
                <Icon glyph=Glyph::Table />
                <span>
                    "Explanation for Excel" <small>"A table to read: line, value, reason, what to do"</small>
                </span>
            </a>
            <a role="menuitem" tabindex="-1" class="menu-item" href=explained.clone() download="" rel="external">
                <Icon glyph=Glyph::Table />
                <span>"Explanation as CSV" <small>"The same table for other programs"</small></span>
            </a>
        </Menu>
    }
    .into_any()
}
