//! The page of a job's run history that the address asks for.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::live::on_change;
use crate::pages::frame::use_namespace;
use crate::server_fns::error::AppError;
use crate::server_fns::runs::run_history;
use crate::wire::{HistoryPlace, RunHistory};

/// The page of the run history that the address asks for; `None`: the first one, which is loaded in any case.
#[derive(Clone, Copy)]
pub struct AskedPage(pub Resource<Result<Option<RunHistory>, AppError>>);

/// For the job's page, and not where it is read, which is drawn when the first page is loaded: the server draws that more than
/// once, and each time would make a resource that the browser does not know.
pub fn provide_asked_page() {
    let namespace = use_namespace();
    let (params, query) = (use_params_map(), use_query_map());
    let job = Memo::new(move |_| params.read().get("job").unwrap_or_default());
    let place = Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|place| !place.is_empty());
            given("after")
                .map(HistoryPlace::After)
                .or_else(|| given("before").map(HistoryPlace::Before))
        })
    });
    let page = Resource::new(
        move || (namespace.get(), job.get(), place.get()),
        |(namespace, job, place)| async move {
            if place.is_none() {
                return Ok(None);
            }
            run_history(namespace, job, place).await.map(Some)
        },
    );
    on_change(move || {
        if place.with_untracked(Option::is_some) {
            page.refetch();
        }
    });
    provide_context(AskedPage(page));
}
