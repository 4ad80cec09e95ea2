//! The menu of the person who is signed in: what belongs to the namespace, other namespaces, and signing out.

use domain::role::Role;
use leptos::prelude::*;

use super::form::Form;
use crate::components::icon::{Glyph, Icon};
use crate::components::menu::Menu;
use crate::server_fns::session::SignOut;
use crate::wire::{NamespaceView, SessionView};

#[component]
pub fn AccountMenu(session: SessionView, namespace: Memo<String>) -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    let SessionView {
        person_name,
        email,
        operator,
        namespaces,
    } = session;
    let names = StoredValue::new(namespaces);
    let current = move || {
        let slug = namespace.get();
        if slug.is_empty() {
            return "This Weir".to_owned();
        }
        names.with_value(|names| {
            names
                .iter()
                .find(|known| known.slug == slug)
                .map_or(slug, |known| known.name.clone())
        })
    };
    let button = move || {
        view! {
            <span class="text">{current}</span>
            <Icon glyph=Glyph::Person />
            <Icon glyph=Glyph::ChevronDown size=12 />
        }
        .into_any()
    };
    let of_namespace = move || {
        let slug = namespace.get();
        let is_owner = names.with_value(|names| {
            names
                .iter()
                .any(|known| known.slug == slug && known.role == Role::Owner)
        });
        (!slug.is_empty()).then(|| {
            let page = |page: &str, name: &'static str, glyph: Glyph| {
                view! { <PageItem address=format!("/n/{slug}/{page}") name glyph /> }
            };
            view! {
                {page("members", "Members", Glyph::Person)}
                {is_owner.then(|| page("settings", "Settings", Glyph::Pencil))}
                {is_owner.then(|| page("audit", "Audit log", Glyph::Eye))}
                <hr />
            }
        })
    };
    let of_instance = move || {
        operator.then(|| {
            view! {
                <PageItem address="/namespaces" name="All namespaces" glyph=Glyph::Waves />
                <hr />
            }
        })
    };
    let namespace_item = move |known: NamespaceView| {
        let slug = known.slug.clone();
        view! {
            <a
                role="menuitem"
                tabindex="-1"
                class="menu-item"
                href=format!("/n/{}/jobs", known.slug)
                aria-current=move || (namespace.get() == slug).then_some("true")
            >
                {known.name}
            </a>
        }
    };
    let switch = move || {
        names.with_value(|names| names.len() > 1).then(|| {
            view! {
                <p class="menu-title">"Namespaces"</p>
                {names.get_value().into_iter().map(namespace_item).collect_view()}
                <hr />
            }
        })
    };
    view! {
        <Menu id="account" label="Account and namespaces" class="button quiet who" button>
            <p class="menu-title">
                <strong>{person_name.clone()}</strong>
                <br />
                {email.clone()}
            </p>
            <hr />
            {of_namespace()}
            {switch()}
            {of_instance()}
            <Form action=sign_out>
                <button role="menuitem" tabindex="-1" class="menu-item">
                    <Icon glyph=Glyph::SignOut />
                    "Sign out"
                </button>
            </Form>
        </Menu>
    }
    .into_any()
}

#[component]
fn PageItem(#[prop(into)] address: String, name: &'static str, glyph: Glyph) -> impl IntoView {
    view! {
        <a role="menuitem" tabindex="-1" class="menu-item" href=address>
            <Icon glyph />
            {name}
        </a>
    }
    .into_any()
}
