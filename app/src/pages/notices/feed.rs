//! What happened, newest first.

use domain::notice::NoticeEvent;
use leptos::prelude::*;

use super::bell::use_unseen;
use crate::components::badge::Meaning;
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::Instant;
use crate::components::states::EmptyState;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::{mark_notices_seen, notices};
use crate::wire::notices::{NoticeFeed, NoticeView};

#[component]
pub fn FeedSection(feed: Signal<NoticeFeed>) -> impl IntoView {
    let namespace = use_namespace();
    let unseen = use_unseen();
    let newest = Memo::new(move |_| feed.with(|feed| feed.notices.first().map(|first| first.at)));
    // Only in the browser: what a person sees there, they have seen.
    Effect::new(move || {
        let (Some(until), namespace) = (newest.get(), namespace.get_untracked()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            // What is not marked now is marked the next time.
            if mark_notices_seen(namespace, until).await.is_ok() {
                unseen.refetch();
            }
        });
    });
    let older = RwSignal::new(Vec::<NoticeView>::new());
    let next = RwSignal::new(OlderFrom::FirstPage);
    let shown = move || {
        let mut all = feed.with(|feed| feed.notices.clone());
        let known: Vec<String> = all.iter().map(|notice| notice.id.clone()).collect();
        all.extend(
            older
                .get()
                .into_iter()
                .filter(|notice| !known.contains(&notice.id)),
        );
        all
    };
    let is_empty = Memo::new(move |_| feed.with(|feed| feed.notices.is_empty()));
    let content = move || {
        if is_empty.get() {
            view! {
                <EmptyState glyph=Glyph::Bell title="Nothing to tell yet">
                    <p>
                        "When a run ends, a job is halted or a sample file cannot be processed, it stands here. Below you choose what comes by e-mail too."
                    </p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <ol class="notices">
                    <For each=shown key=|notice| notice.id.clone() children=|notice| view! { <Line notice /> } />
                </ol>
            }
            .into_any()
        }
    };
    view! {
        <section>
            <div class="card">{content}</div>
            <More feed older next />
        </section>
    }
    .into_any()
}

#[component]
fn Line(notice: NoticeView) -> impl IntoView {
    let namespace = use_namespace();
    let (meaning, glyph) = look(notice.event);
    let address = address(&namespace.get_untracked(), &notice);
    let paragraph = |class: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <p class=class>{text}</p> })
    };
    view! {
        <li class:unseen-line=notice.unseen>
            <span class=format!("mark {}", meaning.class())>
                <Icon glyph size=13 />
            </span>
            <div class="told">
                <p class="title">
                    <a href=address>{notice.title}</a>
                    {notice.unseen.then(|| view! { <span class="badge progress">"New"</span> })}
                </p>
                {paragraph("what", notice.what)}
                {paragraph("muted", notice.why)}
                {paragraph("muted", notice.next)}
            </div>
            <Instant at=Signal::stored(notice.at) />
        </li>
    }
    .into_any()
}

/// Where what is older than all that is shown begins.
#[derive(Clone, Debug, PartialEq, Eq)]
enum OlderFrom {
    /// Where the first page, which changes, says so: nothing older was loaded yet.
    FirstPage,
    Place(String),
    End,
}

#[component]
fn More(
    feed: Signal<NoticeFeed>,
    older: RwSignal<Vec<NoticeView>>,
    next: RwSignal<OlderFrom>,
) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let after = Memo::new(move |_| match next.get() {
        OlderFrom::FirstPage => feed.with(|feed| feed.next.clone()),
        OlderFrom::Place(place) => Some(place),
        OlderFrom::End => None,
    });
    let load = move |_| {
        let (namespace, after) = (namespace.get_untracked(), after.get_untracked());
        leptos::task::spawn_local(async move {
            match notices(namespace, after).await {
                Ok(page) => {
                    older.update(|older| older.extend(page.notices));
                    next.set(page.next.map_or(OlderFrom::End, OlderFrom::Place));
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let button = move || {
        after.get().is_some().then(|| {
            view! {
                <p class="more">
                    <button r#type="button" class="button" on:click=load>
                        "Show older ones"
                    </button>
                </p>
            }
        })
    };
    button.into_any()
}

const fn look(event: NoticeEvent) -> (Meaning, Glyph) {
    match event {
        NoticeEvent::RunCompleted | NoticeEvent::Test => (Meaning::Success, Glyph::Check),
        NoticeEvent::RunPartiallyCompleted => (Meaning::Warning, Glyph::HalfCheck),
        NoticeEvent::RunFailed | NoticeEvent::SamplingFailed => (Meaning::Failure, Glyph::Cross),
        NoticeEvent::RunHalted | NoticeEvent::JobHalted => (Meaning::Failure, Glyph::BarredCross),
        NoticeEvent::LimitNear => (Meaning::Warning, Glyph::Alert),
        NoticeEvent::LimitReached => (Meaning::Failure, Glyph::Alert),
    }
}

fn address(namespace: &str, notice: &NoticeView) -> String {
    match (&notice.run, &notice.job) {
        (Some(run), _) => format!("/n/{namespace}/runs/{run}"),
        (None, Some(job)) if notice.event == NoticeEvent::SamplingFailed => {
            format!("/n/{namespace}/jobs/{job}/setup/sample")
        }
        (None, Some(job)) => format!("/n/{namespace}/jobs/{job}"),
        (None, None) => format!("/n/{namespace}/usage"),
    }
}
