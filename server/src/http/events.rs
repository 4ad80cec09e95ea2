//! Live status: a stream of server-sent events, shared by the tabs of a browser. The first event is a snapshot, later ones are what changed; ids
//! are change numbers, so that a missed event never matters.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::server_fns::convert;
use app::server_fns::error::ErrorKind;
use app::wire::LiveEvent;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use domain::id::PersonId;
use futures::stream;
use operations::error::OperationError;
use operations::live::{self, Live};
use operations::sign_in;
use operations::token::Token;
use tokio::sync::watch;

use crate::http::caller::SignedIn;
use crate::http::error::{Refusal, refuse};
use crate::http::state::AppState;

/// Changes of this process are told at once; those of others are found by asking this often.
const POLL: Duration = Duration::from_secs(1);
/// Pages take a server for dead that is silent for longer than twice this.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// A session that ended by itself is noticed within so many polls; one that was ended, at once.
const POLLS_PER_SESSION_CHECK: u32 = 10;
/// Two hundred tabs, and those that are closing.
const STREAMS_OF_A_PERSON: u32 = 256;

pub async fn stream(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Refusal> {
    let Some(counted) = state.streams.open(caller.actor.person) else {
        return Ok(refuse(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::TooManyAttempts,
            "You have too many pages open.",
            "Close some of them; the others show what changes again then.",
        ));
    };
    // Listening starts before the snapshot is taken, so that nothing falls in between.
    let pokes = state.context.changes.listen();
    let snapshot = live::snapshot(&state.context, &caller.actor, &slug).await?;
    let tab = Tab {
        state,
        token: caller.token,
        address: caller.actor.address.unwrap_or_default(),
        slug,
        pokes,
        change: snapshot.change,
        polls: 0,
        _counted: counted,
    };
    let release = Some(tab.state.release.0.clone());
    let first = stream::once(std::future::ready(Ok::<_, Infallible>(event(
        snapshot, release,
    ))));
    let later = stream::unfold(tab, |mut tab| async move {
        let changed = tab.next().await?;
        Some((Ok(event(changed, None)), tab))
    });
    let stream = stream::StreamExt::chain(first, later);
    // An event and no comment: pages do not see comments.
    let alive = Event::default().event("alive").data("");
    let sse = Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).event(alive));
    // Proxies that collect answers before they pass them on would hold the events back.
    Ok(([(HeaderName::from_static("x-accel-buffering"), "no")], sse).into_response())
}

struct Tab {
    state: AppState,
    token: Token,
    address: String,
    slug: String,
    pokes: watch::Receiver<u64>,
    change: u64,
    polls: u32,
    _counted: OpenStream,
}

/// How many streams a person has open.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<HashMap<PersonId, u32>>>);

/// Closed when it is dropped.
struct OpenStream {
    streams: Streams,
    person: PersonId,
}

impl Streams {
    /// `None`: they have as many as they may.
    fn open(&self, person: PersonId) -> Option<OpenStream> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = known.entry(person).or_default();
        if *count >= STREAMS_OF_A_PERSON {
            return None;
        }
        *count += 1;
        Some(OpenStream {
            streams: self.clone(),
            person,
        })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut known = self
            .streams
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = known.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                known.remove(&self.person);
            }
        }
    }
}

impl Tab {
    /// What changed next; `None` ends the stream: the server stops, the session ended, or the membership did.
    async fn next(&mut self) -> Option<Live> {
        loop {
            let poked = tokio::select! {
                () = self.state.stopping.cancelled() => return None,
                poked = self.pokes.changed() => poked.is_ok(),
                () = tokio::time::sleep(POLL) => false,
            };
            match self.look(poked).await {
                Ok(Some(live)) => return Some(live),
                Ok(None) => {}
                // The browser connects again, and goes on when the database answers.
                Err(_) => return None,
            }
        }
    }

    async fn look(&mut self, poked: bool) -> Result<Option<Live>, OperationError> {
        let context = &self.state.context;
        self.polls += 1;
        let checks_session = poked || self.polls.is_multiple_of(POLLS_PER_SESSION_CHECK);
        if !checks_session && context.store.current_change().await? == self.change {
            return Ok(None);
        }
        let actor = sign_in::actor(context, &self.token, self.address.clone()).await?;
        let live = live::since(context, &actor, &self.slug, self.change).await?;
        self.change = live.change;
        Ok((!live.is_empty()).then_some(live))
    }
}

/// `release`: of this server, with a snapshot.
fn event(live: Live, release: Option<String>) -> Event {
    let id = live.change.to_string();
    let event = LiveEvent {
        release: release.clone(),
        ..convert::live(live, release.is_some())
    };
    let data = serde_json::to_string(&event).expect("plain values have a JSON form");
    Event::default().id(id).data(data)
}
