//! All namespaces of the instance, for its operators.

use leptos::prelude::*;
use leptos_meta::Title;

use super::invitation::Invitation;
use super::time_zone::TimeZoneField;
use crate::components::heading::Heading;
use crate::components::instant::Instant;
use crate::components::loaded::Loaded;
use crate::components::number::{Count, counted};
use crate::components::reader::use_reader;
use crate::components::states::ListSkeleton;
use crate::components::toast::use_toasts;
use crate::pages::door::{FieldError, sentence};
use crate::pages::form::Form;
use crate::pages::frame::InstanceFrame;
use crate::pages::session::use_session;
use crate::server_fns::admin::{AppointOwner, CreateNamespace, namespaces};
use crate::wire::admin::{AddedMember, NamespaceOverviewView, NamespacesView};

#[component]
pub fn NamespacesPage() -> impl IntoView {
    let loaded = Resource::new(|| (), |()| namespaces());
    let session = use_session();
    let on_change = Callback::new(move |()| {
        loaded.refetch();
        // The menu lists the namespaces that one belongs to.
        session.refetch();
    });
    view! {
        <Title text="Namespaces" />
        <InstanceFrame>
            <Loaded
                resource=loaded
                waiting=|| view! { <ListSkeleton rows=3 /> }
                children=move |known| view! { <Namespaces known on_change /> }.into_any()
            />
        </InstanceFrame>
    }
    .into_any()
}

#[component]
fn Namespaces(known: Signal<NamespacesView>, on_change: Callback<()>) -> impl IntoView {
    let reader = use_reader();
    let summary = move || {
        let number = known.read().namespaces.len() as u64;
        let locale = reader.locale.get();
        counted(number, "namespace", "namespaces", locale.as_deref())
    };
    let appointed = RwSignal::new(None::<AddedMember>);
    let zones = known.with_untracked(|known| known.time_zones.clone());
    view! {
        <div class="page-head">
            <Heading>"Namespaces"</Heading>
            <span class="beside">{summary}</span>
        </div>
        <StraysNote known />
        <NamespaceTable known />
        <Invitation invited=appointed />
        <div class="side-by-side">
            <CreateForm zones on_change />
            <AppointForm known appointed on_change />
        </div>
    }
    .into_any()
}

/// What the clean-up has found suspicious. It goes on when the operator says so, or when the files are known again.
#[component]
fn StraysNote(known: Signal<NamespacesView>) -> impl IntoView {
    let reader = use_reader();
    move || {
        let strays = known.read().strays;
        let locale = reader.locale.get();
        (strays > 0).then(|| {
            let files = counted(strays, "file", "files", locale.as_deref());
            view! {
                <div class="note warning stands-first" role="status">
                    <div>
                        <strong>{format!("The database does not know {files} of the data folder.")}</strong>
                        <p>
                            "These are too many to be leftovers, so none was removed. See whether it is the right database, and not an older copy. If the files may go, run "
                            <code>"weir admin clean-up"</code> "."
                        </p>
                    </div>
                </div>
            }
        })
    }
}

#[component]
fn NamespaceTable(known: Signal<NamespacesView>) -> impl IntoView {
    let line = |namespace: NamespaceOverviewView| {
        let address = format!("/n/{}", namespace.slug);
        let name = if namespace.is_member {
            view! {
                <a class="row-link" href=format!("{address}/jobs")>
                    {namespace.name}
                </a>
            }
            .into_any()
        } else {
            view! { <span class="strong">{namespace.name}</span> }.into_any()
        };
        view! {
            <tr role="row">
                <td role="cell" class="lead">
                    {name}
                    <div class="under">
                        <code>{address}</code>
                    </div>
                </td>
                <td role="cell" data-label="Owners">
                    {namespace.owners.join(", ")}
                </td>
                <td role="cell" data-label="Time zone">
                    {namespace.time_zone}
                </td>
                <td role="cell" data-label="Opened">
                    <Instant at=Signal::stored(namespace.created_at) />
                </td>
                <td role="cell" data-label="Members" class="number">
                    <Count value=Signal::stored(namespace.members) />
                </td>
            </tr>
        }
    };
    view! {
        <div class="card">
            <table class="list" role="table">
                <caption class="visually-hidden">"Namespaces"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Namespace"</th>
                        <th scope="col" role="columnheader">"Owners"</th>
                        <th scope="col" role="columnheader">"Time zone"</th>
                        <th scope="col" role="columnheader">"Opened"</th>
                        <th scope="col" role="columnheader" class="number">"Members"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {move || known.read().namespaces.iter().cloned().map(line).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn CreateForm(zones: Vec<String>, on_change: Callback<()>) -> impl IntoView {
    let create = ServerAction::<CreateNamespace>::new();
    let toasts = use_toasts();
    Effect::new(move || {
        if let Some(Ok(slug)) = create.value().get() {
            toasts.done(format!("Opened the namespace {slug}, which you own"));
            on_change.run(());
        }
    });
    let problem = move || {
        let answer = create.value();
        answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence))
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"New namespace"</h2>
            </div>
            <Form action=create class="card form">
                <div class="field">
                    <label for="new-name">"Name"</label>
                    <input id="new-name" name="name" required maxlength="120" />
                </div>
                <div class="field">
                    <label for="new-slug">"Address"</label>
                    <input
                        id="new-slug"
                        name="slug"
                        required
                        maxlength="40"
                        autocapitalize="none"
                        aria-describedby="new-slug-hint new-problem"
                    />
                    <p class="hint" id="new-slug-hint">
                        "What stands after /n/ in its addresses: small letters, digits and hyphens. It does not change later."
                    </p>
                </div>
                <TimeZoneField
                    id="new-zone"
                    zones
                    chosen="UTC".to_owned()
                    hint="In which months begin for the row limit."
                />
                <div id="new-problem" role="alert">
                    {move || problem().map(|problem| view! { <FieldError problem /> })}
                </div>
                <div>
                    <button class="button main" aria-disabled=move || create.pending().get().then_some("true")>
                        "Open namespace"
                    </button>
                </div>
            </Form>
        </section>
    }
    .into_any()
}

#[component]
fn AppointForm(
    known: Signal<NamespacesView>,
    appointed: RwSignal<Option<AddedMember>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let appoint = ServerAction::<AppointOwner>::new();
    let own_address = move || {
        let session = use_session().get()?.ok()??;
        Some(session.email)
    };
    Effect::new(move || {
        if let Some(Ok(added)) = appoint.value().get() {
            appointed.set(Some(added));
            on_change.run(());
        }
    });
    let problem = move || {
        let answer = appoint.value();
        answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence))
    };
    let option = |namespace: &NamespaceOverviewView| {
        view! { <option value=namespace.slug.clone()>{namespace.name.clone()}</option> }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Appoint an owner"</h2>
            </div>
            <Form action=appoint class="card form">
                <div class="field">
                    <label for="appoint-namespace">"Namespace"</label>
                    <select id="appoint-namespace" name="namespace">
                        {move || known.read().namespaces.iter().map(option).collect_view()}
                    </select>
                </div>
                <div class="field">
                    <label for="appoint-email">"E-mail address"</label>
                    <input
                        id="appoint-email"
                        name="email"
                        r#type="email"
                        required
                        maxlength="254"
                        autocapitalize="none"
                        value=own_address
                        aria-describedby="appoint-hint appoint-problem"
                    />
                    <p class="hint" id="appoint-hint">
                        "Your own, or that of somebody with an account. The log of the namespace tells its members."
                    </p>
                </div>
                <div id="appoint-problem" role="alert">
                    {move || problem().map(|problem| view! { <FieldError problem /> })}
                </div>
                <div>
                    <button class="button" aria-disabled=move || appoint.pending().get().then_some("true")>
                        "Appoint owner"
                    </button>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
