//! The page: the feed first, then who is told, then what only owners see.

use leptos::prelude::*;
use leptos_meta::Title;

use super::audience::AudienceSection;
use super::dead::DeadLetters;
use super::events::stand_ins_text;
use super::feed::FeedSection;
use super::mine::MineSection;
use super::webhooks::WebhooksSection;
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::components::states::ListSkeleton;
use crate::live::on_change;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::{notice_settings, notices};

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let namespace = use_namespace();
    let feed = Resource::new(
        move || namespace.get(),
        |namespace| notices(namespace, None),
    );
    let settings = Resource::new(move || namespace.get(), notice_settings);
    on_change(move || feed.refetch());
    let on_done = Callback::new(move |()| settings.refetch());
    view! {
        <Title text="Notifications" />
        <div class="page-head">
            <Heading>"Notifications"</Heading>
        </div>
        <Loaded
            resource=feed
            waiting=|| view! { <ListSkeleton rows=3 /> }
            children=|feed| view! { <FeedSection feed /> }.into_any()
        />
        <Loaded
            resource=settings
            lesser=true
            waiting=|| view! { <ListSkeleton rows=3 /> }
            children=move |settings| {
                let may_manage = Memo::new(move |_| settings.read().may_manage);
                let managed = move || {
                    may_manage
                        .get()
                        .then(|| {
                            view! {
                                <WebhooksSection on_done />
                                <DeadLetters />
                            }
                        })
                };
                view! {
                    <MineSection settings on_done />
                    <AudienceSection
                        title="Who is told"
                        hearers=Signal::derive(move || settings.read().hearers.clone())
                        in_their_place=Signal::derive(move || stand_ins_text(&settings.read().stand_ins))
                        job=Signal::stored(None::<String>)
                        on_done
                    />
                    {managed}
                }
                .into_any()
            }
        />
    }
    .into_any()
}
