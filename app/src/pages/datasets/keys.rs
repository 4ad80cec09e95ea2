//! A dataset whose keys are compared exactly as written: what would fall together otherwise, and the change.

use leptos::prelude::*;
use mapping::field::{Field, FieldType};
use mapping::key::KeyForm;

use super::cells::{cells, heads};
use crate::components::dialog::{Ask, Question};
use crate::components::icon::{Glyph, Icon};
use crate::components::loaded::Loaded;
use crate::components::number::counted;
use crate::components::reader::use_reader;
use crate::components::states::ListSkeleton;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::datasets::{compare_keys_canonically, key_groups};
use crate::wire::{KeyGroupView, KeyGroupsView};

#[component]
pub fn ExactKeys(name: String, fields: Vec<Field>, on_changed: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let (name, fields) = (StoredValue::new(name), StoredValue::new(fields));
    let found = Resource::new(
        move || namespace.get(),
        move |namespace| key_groups(namespace, name.get_value()),
    );
    let asked = RwSignal::new(None::<Question>);
    let about = RwSignal::new(0);
    let change = move |removed: u64| {
        let (namespace, name) = (namespace.get_untracked(), name.get_value());
        leptos::task::spawn_local(async move {
            match compare_keys_canonically(namespace, name, removed).await {
                Ok(()) => {
                    toasts.done("Keys are compared in their new form from now on.");
                    on_changed.try_run(());
                }
                Err(error) => {
                    toasts.failed(sentence(&error));
                    found.refetch();
                }
            }
        });
    };
    let begin = Callback::new(move |found: KeyGroupsView| {
        about.set(found.removed);
        match question(&found) {
            Some(question) => asked.set(Some(question)),
            None => change(found.removed),
        }
    });
    view! {
        <Loaded
            resource=found
            lesser=true
            waiting=|| view! { <ListSkeleton rows=1 /> }
            children=move |found| view! { <Found found fields begin /> }.into_any()
        />
        <Ask question=asked on_confirm=move |()| change(about.get_untracked()) />
    }
    .into_any()
}

#[component]
fn Found(
    found: Signal<KeyGroupsView>,
    fields: StoredValue<Vec<Field>>,
    begin: Callback<KeyGroupsView>,
) -> impl IntoView {
    let reader = use_reader();
    let would = move || {
        let found = found.read();
        let locale = reader.locale.get();
        let rows = match found.rows {
            0 => "no rows".to_owned(),
            rows => counted(rows, "row", "rows", locale.as_deref()),
        };
        let regard = fields.with_value(|fields| regard(fields));
        format!(
            "Keys are compared exactly as written. Comparing them {regard} would make {rows} fall together."
        )
    };
    let groups = move || {
        let found = found.get();
        (!found.first.is_empty()).then(|| view! { <Groups found fields /> })
    };
    view! {
        <section aria-label="Comparison of keys">
            <div class="note waiting">
                <Icon glyph=Glyph::Alert />
                <div>
                    <p>{would}</p>
                    {groups}
                    <button r#type="button" class="button" on:click=move |_| begin.run(found.get_untracked())>
                        "Compare keys this way"
                    </button>
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Groups(found: KeyGroupsView, fields: StoredValue<Vec<Field>>) -> impl IntoView {
    let reader = use_reader();
    let (shown, all) = (found.first.len() as u64, found.groups);
    let summary = move || {
        let locale = reader.locale.get();
        let groups = |count| counted(count, "group", "groups", locale.as_deref());
        match all {
            all if all > shown => format!("The first {} of {all}", groups(shown)),
            all => format!("Show the {}", groups(all)),
        }
    };
    let line = move |what: String, row| {
        let cells = fields.with_value(|fields| cells(fields, row));
        view! {
            <tr>
                <th scope="row">{what}</th>
                {cells}
            </tr>
        }
    };
    let group = move |group: KeyGroupView| {
        let goes = match group.rows {
            2 => "goes".to_owned(),
            rows => format!("goes, and {} more", rows - 2),
        };
        view! { <tbody>{line("stays".to_owned(), group.stays)} {line(goes, group.goes)}</tbody> }
    };
    view! {
        <details>
            <summary>{summary}</summary>
            <div class="raw-scroll" tabindex="0" role="region" aria-label="Rows that would fall together">
                <table class="raw">
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="visually-hidden">"What becomes of the row"</span>
                            </th>
                            {fields.with_value(|fields| heads(fields))}
                        </tr>
                    </thead>
                    {found.first.into_iter().map(group).collect_view()}
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// "without regard to capitals": of all parts of the key that are written in several ways.
fn regard(fields: &[Field]) -> String {
    let mut ways: Vec<&str> = Vec::new();
    let is_written =
        |field: &&Field| matches!(field.field_type, FieldType::Text | FieldType::Email);
    for field in fields.iter().filter(|field| field.key).filter(is_written) {
        let words = KeyForm::Canonical.words(field);
        let way = words.strip_prefix("compared ").unwrap_or(words);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(", or ")
}

/// Nothing is asked where no row goes.
fn question(found: &KeyGroupsView) -> Option<Question> {
    let (goes, going) = match found.removed {
        0 => return None,
        1 => ("1 row goes".to_owned(), "Remove 1 row".to_owned()),
        rows => (format!("{rows} rows go"), format!("Remove {rows} rows")),
    };
    Some(Question {
        title: "Compare keys in their new form?".to_owned(),
        body: vec![
            format!(
                "{} rows fall together. Of each group the row that was added last stays; {goes}, and this cannot be undone.",
                found.rows
            ),
            "Every run from now on compares keys in this way.".to_owned(),
        ],
        confirm: format!("{going} and compare"),
        destructive: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_only_where_rows_go() {
        let found = |groups, rows| KeyGroupsView {
            groups,
            rows,
            removed: rows - groups,
            first: Vec::new(),
        };
        assert_eq!(question(&found(0, 0)), None);
        let question = question(&found(2, 5)).unwrap();
        assert!(question.body[0].contains("5 rows fall together"));
        assert_eq!(question.confirm, "Remove 3 rows and compare");
    }
}
