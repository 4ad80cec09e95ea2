//! The address of every page.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::components::reader::provide_reader;
use crate::components::toast::ToastRegion;
use crate::components::zone_line::provide_other_zone;
use crate::live::announce;
use crate::once::once_per_double_click;
use crate::pages::admin::{AuditPage, MembersPage, NamespacesPage, SettingsPage};
use crate::pages::datasets::{DatasetPage, DatasetsPage};
use crate::pages::fix::FixPage;
use crate::pages::form::provide_form_answer;
use crate::pages::frame::NamespaceFrame;
use crate::pages::home::HomePage;
use crate::pages::jobs::{JobPage, JobsPage, NewImportPage};
use crate::pages::not_found::NotFoundPage;
use crate::pages::notices::NotificationsPage;
use crate::pages::place::keep_place;
use crate::pages::runs::RunPage;
use crate::pages::session::{provide_session, use_session};
use crate::pages::setup::{RunNewFilePage, SetupPage};
use crate::pages::sign_in::SignInPage;
use crate::pages::usage::UsagePage;
use crate::pages::welcome::WelcomePage;

/// The whole application. Every route is rendered in full before it is sent: a page reads without WebAssembly, and a
/// redirect or a status code is never too late.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_reader();
    provide_other_zone();
    provide_session();
    announce(use_session());
    provide_form_answer();
    keep_place();
    once_per_double_click();
    view! {
        <Title formatter=document_title />
        <Router>
            <a class="skip" href="#content">
                "Skip to the content"
            </a>
            <ToastRegion>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                    <Route path=path!("/welcome/:token") view=WelcomePage ssr=SsrMode::Async />
                    <Route path=path!("/namespaces") view=NamespacesPage ssr=SsrMode::Async />
                    <ParentRoute path=path!("/n/:namespace") view=NamespaceFrame ssr=SsrMode::Async>
                        <Route path=path!("") view=HomePage ssr=SsrMode::Async />
                        <Route path=path!("/jobs") view=JobsPage ssr=SsrMode::Async />
                        <Route path=path!("/jobs/new") view=NewImportPage ssr=SsrMode::Async />
                        <Route path=path!("/jobs/:job") view=JobPage ssr=SsrMode::Async />
                        <Route path=path!("/jobs/:job/new-file") view=RunNewFilePage ssr=SsrMode::Async />
                        <Route path=path!("/jobs/:job/setup/:step") view=SetupPage ssr=SsrMode::Async />
                        <Route path=path!("/runs/:run") view=RunPage ssr=SsrMode::Async />
                        <Route path=path!("/runs/:run/fix") view=FixPage ssr=SsrMode::Async />
                        <Route path=path!("/usage") view=UsagePage ssr=SsrMode::Async />
                        <Route path=path!("/notifications") view=NotificationsPage ssr=SsrMode::Async />
                        <Route path=path!("/datasets") view=DatasetsPage ssr=SsrMode::Async />
                        <Route path=path!("/datasets/:name") view=DatasetPage ssr=SsrMode::Async />
                        <Route path=path!("/members") view=MembersPage ssr=SsrMode::Async />
                        <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async />
                        <Route path=path!("/audit") view=AuditPage ssr=SsrMode::Async />
                    </ParentRoute>
                </Routes>
            </ToastRegion>
        </Router>
    }
    .into_any()
}

/// Titles hold the names of jobs. On the server `leptos_meta` writes what this gives between `<title>` and `</title>` as it
/// is; in the browser it becomes `document.title`, which is text.
fn document_title(text: String) -> String {
    let title = if text.is_empty() {
        "Weir".to_owned()
    } else {
        format!("{text} · Weir")
    };
    if cfg!(feature = "ssr") {
        title.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        title
    }
}
