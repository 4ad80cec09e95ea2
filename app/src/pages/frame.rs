//! What surrounds every page of a namespace: the header, and the stream of what happens.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};

use super::account::AccountMenu;
use super::notices::{Bell, provide_unseen};
use super::session::use_session;
use super::theme::ThemeSwitch;
use crate::components::icon::{Brand, Glyph, Icon};
use crate::components::loaded::Loaded;
use crate::components::states::ToSignIn;
use crate::components::zone_line::ZoneLine;
use crate::live::{Access, provide_live, use_live};
use crate::release;
use crate::wire::SessionView;

/// The slug of the namespace whose pages are shown; in context below the frame.
#[derive(Clone, Copy)]
pub struct Namespace(pub Memo<String>);

pub fn use_namespace() -> Memo<String> {
    expect_context::<Namespace>().0
}

#[component]
pub fn NamespaceFrame() -> impl IntoView {
    let params = use_params_map();
    let namespace = Memo::new(move |_| params.read().get("namespace").unwrap_or_default());
    provide_context(Namespace(namespace));
    provide_live(namespace);
    provide_unseen(namespace);
    let access = use_live().access;
    view! {
        <header class="bar">
            <a class="brand" href=move || format!("/n/{}/jobs", namespace.get()) aria-label="Weir, to the jobs">
                <Brand />
            </a>
            <Sections namespace />
            <div class="end">
                <CutOff />
                <Bell namespace />
                <ThemeSwitch />
                <Loaded resource=use_session() waiting=|| () children=move |session| view! { <Account session namespace /> }.into_any() />
            </div>
        </header>
        <main id="content" tabindex="-1" class:withheld=move || access.get() != Access::Member>
            <WithoutScript />
            <Updated />
            <AccessLost />
            <Outlet />
            <ZoneLine />
        </main>
    }
    .into_any()
}

/// What surrounds the pages of the instance, which belong to no namespace.
#[component]
pub fn InstanceFrame(children: Children) -> impl IntoView {
    let nowhere = Memo::new(|_| String::new());
    view! {
        <header class="bar">
            <a class="brand" href="/" aria-label="Weir, to the jobs">
                <Brand />
            </a>
            <nav aria-label="Sections">
                <a href="/namespaces" aria-current="page">
                    "Namespaces"
                </a>
            </nav>
            <div class="end">
                <ThemeSwitch />
                <Loaded
                    resource=use_session()
                    waiting=|| ()
                    children=move |session| view! { <Account session namespace=nowhere /> }.into_any()
                />
            </div>
        </header>
        <main id="content" tabindex="-1">
            <WithoutScript />
            <Updated />
            {children()}
            <ZoneLine />
        </main>
    }
    .into_any()
}

#[component]
fn WithoutScript() -> impl IntoView {
    view! {
        <noscript>
            <p class="note warning">"Reading works without JavaScript; changing things needs it."</p>
        </noscript>
    }
    .into_any()
}

#[component]
fn Sections(namespace: Memo<String>) -> impl IntoView {
    let path = use_location().pathname;
    let section = move |name: &'static str, segments: &'static [&'static str]| {
        let here = move || {
            segments.iter().any(|segment| {
                path.read()
                    .starts_with(&format!("/n/{}/{segment}", namespace.read()))
            })
        };
        view! {
            <a
                class:beside-bell=segments[0] == "notifications"
                href=move || format!("/n/{}/{}", namespace.get(), segments[0])
                aria-current=move || here().then_some("page")
            >
                {name}
            </a>
        }
    };
    view! {
        <nav aria-label="Sections">{section("Jobs", &["jobs", "runs"])} {section("Datasets", &["datasets"])} {section("Usage", &["usage"])} {section("Notifications", &["notifications"])}</nav>
    }
    .into_any()
}

#[component]
fn Account(session: Signal<Option<SessionView>>, namespace: Memo<String>) -> impl IntoView {
    let view = move || match session.get() {
        None => view! { <ToSignIn /> }.into_any(),
        Some(session) => view! { <AccountMenu session namespace /> }.into_any(),
    };
    view.into_any()
}

/// What the page shows is of the build before, and so are its buttons.
#[component]
fn Updated() -> impl IntoView {
    let updated = RwSignal::new(false);
    Effect::new(move || updated.set(release::is_updated()));
    let reload = |_| {
        // Where it fails, the person reloads by hand.
        let _ = window().location().reload();
    };
    let note = move || {
        updated.get().then(|| {
            view! {
                <div class="note warning stands-first">
                    <Icon glyph=Glyph::Alert size=16 />
                    <div>
                        <strong>"Weir was updated."</strong>
                        <p>"Reload this page: until then its buttons may not work. What was not saved is lost by it."</p>
                        <button r#type="button" class="button" on:click=reload>
                            "Reload"
                        </button>
                    </div>
                </div>
            }
        })
    };
    view! { <div role="status">{note}</div> }.into_any()
}

/// Stands in place of the page, which keeps what was typed and sent, for when the person is back.
#[component]
fn AccessLost() -> impl IntoView {
    let live = use_live();
    let note = move || {
        let (title, advice, action) = match live.access.get() {
            Access::Member => return None,
            Access::SignedOut => (
                "You are signed out.",
                "Sign in in a new tab: then this page is shown again, with what you were doing here.",
                view! {
                    <a class="button" href="/sign-in" target="_blank" rel="noopener">
                        "Sign in in a new tab"
                    </a>
                },
            ),
            Access::NoMember => (
                "You are not a member of this namespace any more.",
                "Its pages are for its members. An owner can add you again.",
                view! {
                    <a class="button" href="/" target="_self" rel="external">
                        "To your namespaces"
                    </a>
                },
            ),
        };
        Some(view! {
            <div class="note warning stands-first">
                <Icon glyph=Glyph::Alert size=16 />
                <div>
                    <strong>{title}</strong>
                    <p>{advice}</p>
                    {action}
                </div>
            </div>
        })
    };
    view! { <div class="access" role="alert">{note}</div> }.into_any()
}

/// Quiet, since the pages still hold; only what changes by itself stands still.
#[component]
fn CutOff() -> impl IntoView {
    let live = use_live();
    let note = move || {
        live.cut_off.get().then(|| {
            view! {
                <span class="cut-off">
                    <Icon glyph=Glyph::Clock size=13 />
                    "Reconnecting"
                </span>
            }
        })
    };
    view! { <span role="status">{note}</span> }.into_any()
}
