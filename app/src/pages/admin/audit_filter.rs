//! What the address asks the log for, and the form that changes it. A plain form: the address is all it makes.

use domain::activity::ActivityGroup;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use crate::components::icon::{Glyph, Icon};
use crate::pages::frame::use_namespace;
use crate::pages::query::encoded;
use crate::wire::admin::{AuditPageView, AuditQuery};

pub fn use_audit_query() -> Memo<AuditQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
            AuditQuery {
                instance: given("of").as_deref() == Some("instance"),
                by: given("by"),
                // An unknown group is no filter.
                group: given("kind").and_then(|code| code.parse().ok()),
                job: given("job"),
                from: given("from"),
                until: given("until"),
                after: given("after"),
            }
        })
    })
}

/// The address of the log with this query.
pub fn address(namespace: &str, query: &AuditQuery) -> String {
    let AuditQuery {
        instance,
        by,
        group,
        job,
        from,
        until,
        after,
    } = query;
    let group = group.map(|group| group.code().to_owned());
    let of = instance.then(|| "instance".to_owned());
    let parts = [
        ("of", &of),
        ("by", by),
        ("kind", &group),
        ("job", job),
        ("from", from),
        ("until", until),
        ("after", after),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_deref()?))))
        .collect();
    let question_mark = if parts.is_empty() { "" } else { "?" };
    format!("/n/{namespace}/audit{question_mark}{}", parts.join("&"))
}

#[component]
pub fn AuditFilter(query: Memo<AuditQuery>, page: Signal<AuditPageView>) -> impl IntoView {
    let namespace = use_namespace();
    // Drawn anew with the address, so that going back shows what was asked for then.
    let fields = move || {
        let AuditQuery {
            instance,
            by,
            group,
            job,
            from,
            until,
            ..
        } = query.get();
        view! {
            {instance.then(|| view! { <input r#type="hidden" name="of" value="instance" /> })}
            {job.map(|job| view! { <input r#type="hidden" name="job" value=job /> })}
            <div class="field">
                <label for="audit-by">"Who"</label>
                <select id="audit-by" name="by">
                    {people(by, &page.read_untracked())}
                </select>
            </div>
            <div class="field">
                <label for="audit-kind">"What"</label>
                <select id="audit-kind" name="kind">
                    <option value="">"Everything"</option>
                    {ActivityGroup::ALL
                        .iter()
                        .map(|known| {
                            view! {
                                <option value=known.code() selected=group == Some(*known)>
                                    {known.label()}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="audit-from">"From"</label>
                <input id="audit-from" name="from" r#type="date" value=from />
            </div>
            <div class="field">
                <label for="audit-until">"To"</label>
                <input id="audit-until" name="until" r#type="date" value=until />
            </div>
            <button class="button">"Show"</button>
        }
    };
    let narrowed = move || {
        let asked = query.read();
        let everything = AuditQuery {
            instance: asked.instance,
            after: asked.after.clone(),
            ..AuditQuery::default()
        };
        (*asked != everything).then(|| {
            let all = AuditQuery {
                after: None,
                ..everything
            };
            view! {
                <a class="button quiet" href=address(&namespace.read(), &all)>
                    "Show everything"
                </a>
            }
        })
    };
    let of_job = move || {
        let name = page.read().job.clone()?;
        let name = if name.is_empty() {
            "a deleted job".to_owned()
        } else {
            name
        };
        Some(view! {
            <p class="muted small">
                <Icon glyph=Glyph::Search size=13 />
                " Only what concerns the job "
                <strong>{name}</strong>
            </p>
        })
    };
    view! {
        <Form method="GET" action=move || format!("/n/{}/audit", namespace.get()) attr:class="card inline-form">
            {fields}
            {narrowed}
        </Form>
        {of_job}
    }
    .into_any()
}

/// Everybody who is a member, and whom the address names although they are none any more.
fn people(chosen: Option<String>, page: &AuditPageView) -> impl IntoView + use<> {
    let option = |value: String, name: String| {
        let selected = chosen.as_ref() == Some(&value);
        view! {
            <option value=value selected=selected>
                {name}
            </option>
        }
    };
    let mut people = page.people.clone();
    if let (Some(id), Some(name)) = (&chosen, &page.by)
        && id != "system"
        && people.iter().all(|(known, _)| known != id)
    {
        people.push((id.clone(), name.clone()));
    }
    let mut options = vec![
        option(String::new(), "Everybody".to_owned()),
        option("system".to_owned(), "Weir itself".to_owned()),
    ];
    options.extend(people.into_iter().map(|(id, name)| option(id, name)));
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_for_is_not_in_the_address() {
        assert_eq!(address("main", &AuditQuery::default()), "/n/main/audit");
        let query = AuditQuery {
            instance: true,
            by: Some("system".to_owned()),
            group: Some(ActivityGroup::SignIns),
            until: Some("2026-11-25".to_owned()),
            after: Some("1.a&b".to_owned()),
            ..AuditQuery::default()
        };
        assert_eq!(
            address("main", &query),
            "/n/main/audit?of=instance&by=system&kind=sign_ins&until=2026-11-25&after=1.a%26b"
        );
    }
}
