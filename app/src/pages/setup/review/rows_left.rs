//! What is left of the month's rows, before anything is uploaded; after the whole file is checked, whether it fits.

use leptos::prelude::*;

use super::FileCheckState;
use crate::components::loaded::Loaded;
use crate::components::number::{count_text, counted};
use crate::components::reader::use_reader;
use crate::pages::setup::state::Setup;
use crate::server_fns::limits::rows_left;
use crate::wire::limits::RowsLeftView;

#[component]
pub fn RowsLeft() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let namespace = setup.namespace();
    let loaded = Resource::new(|| (), move |()| rows_left(namespace.clone()));
    // Other imports go on while the file is checked.
    Effect::new(move |_| {
        if matches!(*setup.review.check.read(), FileCheckState::Done(_)) {
            loaded.refetch();
        }
    });
    view! {
        <Loaded
            resource=loaded
            waiting=|| ()
            lesser=true
            children=move |left| view! { <Left left /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Left(left: Signal<RowsLeftView>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let reader = use_reader();
    let of_month = move || {
        let left = left.read();
        let locale = reader.locale.get();
        format!(
            "{} of {} are left in {} ({}).",
            count_text(left.left, locale.as_deref()),
            counted(left.limit, "row", "rows", locale.as_deref()),
            left.month,
            left.time_zone
        )
    };
    // Rows of the file that fit the set-up, once the whole of it is checked.
    let fitting = Memo::new(move |_| match &*setup.review.check.read() {
        FileCheckState::Done(report) if report.check.problems.is_empty() => {
            Some(report.check.fitting)
        }
        _ => None,
    });
    let verdict = move || {
        let rows = fitting.get()?;
        let left = left.get();
        let fits = rows <= left.left;
        let text = verdict_words(rows, &left, reader.locale.get().as_deref());
        Some(if fits {
            view! { <p>{text}</p> }.into_any()
        } else {
            view! { <div class="note warning" role="alert">{text}</div> }.into_any()
        })
    };
    let hint = move || {
        fitting.read().is_none().then_some(
            "Check the whole file to see exactly how many of its records would count; rejected ones are free.",
        )
    };
    view! {
        <section class="card rows-left" aria-label="Rows left this month">
            <p>
                <b>"Rows this month"</b>
                " "
                <span>{of_month}</span>
            </p>
            {verdict}
            <p class="muted small">{hint}</p>
        </section>
    }
    .into_any()
}

fn verdict_words(rows: u64, left: &RowsLeftView, locale: Option<&str>) -> String {
    if rows <= left.left {
        return format!(
            "The file fits: {} would be imported, and {} would be left.",
            counted(rows, "row", "rows", locale),
            count_text(left.left - rows, locale)
        );
    }
    let ask = if left.contact.is_empty() {
        "ask your operator for a higher limit.".to_owned()
    } else {
        format!("ask for a higher limit: {}", left.contact)
    };
    format!(
        "The file does not fit: {} can be imported, {} too many. Nothing of it would go in. Import fewer rows, wait for the next month, or {ask}",
        counted(rows, "row", "rows", locale),
        count_text(rows - left.left, locale)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_fit_is_known_before_it_is_uploaded() {
        let mut left = RowsLeftView {
            month: "November 2026".to_owned(),
            time_zone: "UTC".to_owned(),
            limit: 1000,
            taken: 400,
            left: 600,
            contact: String::new(),
        };
        assert_eq!(
            verdict_words(592, &left, None),
            "The file fits: 592 rows would be imported, and 8 would be left."
        );
        assert!(verdict_words(600, &left, None).starts_with("The file fits"));
        left.contact = "limits@example.org".to_owned();
        let text = verdict_words(1601, &left, None);
        assert!(
            text.contains("1,601 rows can be imported, 1,001 too many"),
            "{text}"
        );
        assert!(text.ends_with("limits@example.org"), "{text}");
    }
}
