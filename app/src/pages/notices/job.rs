//! On a job's page: who is told of it.

use leptos::prelude::*;

use super::audience::AudienceSection;
use super::events::unheard_text;
use super::mine::NoMailServer;
use crate::components::loaded::Loaded;
use crate::components::states::ListSkeleton;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::job_audience;
use crate::wire::notices::JobAudienceView;

#[component]
pub fn JobNotices(#[prop(into)] job: Signal<String>) -> impl IntoView {
    let namespace = use_namespace();
    let loaded = Resource::new(
        move || (namespace.get(), job.get()),
        |(namespace, job)| job_audience(namespace, job),
    );
    let on_done = Callback::new(move |()| loaded.refetch());
    let section = move |audience: Signal<JobAudienceView>| {
        let mail = Memo::new(move |_| audience.read().mail);
        view! {
            <AudienceSection
                title="Who is told of this job"
                hearers=Signal::derive(move || audience.read().hearers.clone())
                in_their_place=Signal::derive(move || audience.with(|known| unheard_text(&known.unheard, &known.stand_ins)))
                job=Signal::derive(move || Some(job.get()))
                on_done
            />
            {move || (!mail.get()).then(|| view! { <NoMailServer /> })}
        }
        .into_any()
    };
    view! {
        <Loaded resource=loaded lesser=true waiting=|| view! { <ListSkeleton rows=2 /> } children=section />
    }
    .into_any()
}
