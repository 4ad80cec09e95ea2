//! What a namespace is called, and its time zone.

use leptos::prelude::*;
use leptos_meta::Title;

use super::time_zone::TimeZoneField;
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::components::states::ListSkeleton;
use crate::components::toast::use_toasts;
use crate::pages::door::{FieldError, sentence};
use crate::pages::form::Form;
use crate::pages::frame::use_namespace;
use crate::pages::session::use_session;
use crate::server_fns::admin::{ChangeNamespace, namespace_settings};
use crate::wire::admin::NamespaceSettingsView;

#[component]
pub fn SettingsPage() -> impl IntoView {
    let namespace = use_namespace();
    let loaded = Resource::new(move || namespace.get(), namespace_settings);
    view! {
        <Title text="Settings" />
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton rows=2 /> }
            children=|settings| view! { <Settings settings=settings.get_untracked() /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Settings(settings: NamespaceSettingsView) -> impl IntoView {
    let change = ServerAction::<ChangeNamespace>::new();
    let toasts = use_toasts();
    let session = use_session();
    Effect::new(move || {
        if matches!(change.value().get(), Some(Ok(()))) {
            toasts.done("Saved the settings");
            // The header shows the name.
            session.refetch();
        }
    });
    let problem = move || {
        let answer = change.value();
        answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence))
    };
    let NamespaceSettingsView {
        slug,
        name,
        time_zone,
        time_zones,
    } = settings;
    view! {
        <div class="page-head">
            <Heading>"Settings"</Heading>
            <span class="beside">
                "at " <code>{format!("/n/{slug}")}</code>
            </span>
        </div>
        <Form action=change class="card form">
            <input r#type="hidden" name="namespace" value=slug />
            <div class="field">
                <label for="namespace-name">"Name"</label>
                <input
                    id="namespace-name"
                    name="name"
                    required
                    maxlength="120"
                    value=name
                    aria-describedby="namespace-problem"
                />
            </div>
            <TimeZoneField
                id="namespace-zone"
                zones=time_zones
                chosen=time_zone
                hint="In which months begin for the row limit, and in which the audit log counts days."
            />
            <div id="namespace-problem" role="alert">
                {move || problem().map(|problem| view! { <FieldError problem /> })}
            </div>
            <div>
                <button class="button main" aria-disabled=move || change.pending().get().then_some("true")>
                    "Save"
                </button>
            </div>
        </Form>
    }
    .into_any()
}
