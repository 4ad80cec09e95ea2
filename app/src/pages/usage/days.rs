//! The rows of the month by day: a small chart, and the same as a table.

use leptos::prelude::*;

use crate::components::number::{Count, counted};
use crate::components::reader::use_reader;
use crate::wire::limits::{DayView, UsageView};

/// Of the drawing, which is stretched to its place: a day's width, and the height of the largest day.
const STEP: u32 = 20;
const BAR: u32 = 14;
const HEIGHT: u64 = 120;

#[component]
pub fn Days(usage: UsageView) -> impl IntoView {
    let reader = use_reader();
    let largest = usage.days.iter().copied().max_by_key(|day| rows_of(*day));
    let most = largest.map_or(1, rows_of).max(1);
    let month = usage.left.month.clone();
    let today = usage.today;
    let bars = usage
        .days
        .iter()
        .map(|day| bar(*day, most, today))
        .collect_view();
    let days = u32::try_from(usage.days.len()).unwrap_or(31);
    let view_box = format!("0 0 {} {HEIGHT}", days * STEP);
    let largest_words = move || {
        largest.map(|day| {
            format!(
                "most on day {}: {}",
                day.day,
                counted(rows_of(day), "row", "rows", reader.locale.get().as_deref())
            )
        })
    };
    let table_rows = usage
        .days
        .iter()
        .filter(|day| rows_of(**day) > 0)
        .map(|day| {
            view! {
                <tr>
                    <th scope="row">{format!("{} {month}", day.day)}</th>
                    <td class="number">
                        <Count value=Signal::stored(day.imported) />
                    </td>
                    <td class="number">
                        <Count value=Signal::stored(day.reserved) />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <div class="section-head">
                <h2>"By day"</h2>
                <span class="beside">{largest_words}</span>
            </div>
            <div class="card usage-days">
                <svg aria-hidden="true" viewBox=view_box preserveAspectRatio="none">
                    {bars}
                </svg>
                <div class="usage-axis small" aria-hidden="true">
                    <span>"1"</span>
                    <span>{days / 2}</span>
                    <span>{days}</span>
                </div>
                <details>
                    <summary>"As a table"</summary>
                    <table class="usage-table">
                        <caption class="visually-hidden">"Rows by day"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Day"</th>
                                <th scope="col" class="number">"Rows imported"</th>
                                <th scope="col" class="number">"Reserved"</th>
                            </tr>
                        </thead>
                        <tbody>{table_rows}</tbody>
                    </table>
                </details>
            </div>
        </section>
    }
    .into_any()
}

fn bar(day: DayView, most: u64, today: Option<u8>) -> impl IntoView {
    let x = (u32::from(day.day) - 1) * STEP + (STEP - BAR) / 2;
    let (imported, reserved) = (height(day.imported, most), height(day.reserved, most));
    let top = HEIGHT.saturating_sub(imported);
    let floor = (rows_of(day) == 0 && today.is_none_or(|today| day.day <= today)).then(|| {
        view! { <rect class="none" x=x y=HEIGHT - 1 width=BAR height="1" /> }
    });
    view! {
        <g class:today=today == Some(day.day)>
            {floor}
            <rect class="imported" x=x y=top width=BAR height=imported />
            <rect class="reserved" x=x y=top.saturating_sub(reserved) width=BAR height=reserved />
        </g>
    }
}

fn rows_of(day: DayView) -> u64 {
    day.imported + day.reserved
}

/// Something is never drawn as nothing.
fn height(rows: u64, most: u64) -> u64 {
    let height = u128::from(rows) * u128::from(HEIGHT) / u128::from(most.max(1));
    u64::try_from(height)
        .unwrap_or(HEIGHT)
        .max(u64::from(rows > 0) * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_day_is_as_high_as_the_chart_and_a_small_one_is_seen() {
        assert_eq!(height(10_000_000, 10_000_000), HEIGHT);
        assert_eq!(height(5_000_000, 10_000_000), HEIGHT / 2);
        assert_eq!(height(1, 10_000_000), 2);
        assert_eq!(height(0, 10_000_000), 0);
        assert_eq!(height(u64::MAX, u64::MAX), HEIGHT);
    }
}
