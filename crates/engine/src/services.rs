//! What goes on as long as the process does, and the units of work in it. A panic ends one unit, which is then an attempt that
//! failed; a service that ends unasked is started again, and whoever watches the process can see both.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

static STATES: Mutex<BTreeMap<&'static str, ServiceState>> = Mutex::new(BTreeMap::new());

/// How a service of this process has fared since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceState {
    /// Units of work that ended in a panic.
    pub panics: u64,
    /// How often the service ended unasked and was started again.
    pub restarts: u64,
    /// How many of its tasks have ended and wait to be started again.
    pub down: u64,
}

/// By name. A service that was never in trouble may be missing.
pub fn states() -> BTreeMap<&'static str, ServiceState> {
    STATES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

fn change(service: &'static str, change: impl FnOnce(&mut ServiceState)) {
    let mut states = STATES.lock().unwrap_or_else(PoisonError::into_inner);
    change(states.entry(service).or_default());
}

/// Runs the service until `shutdown`, and starts it again where it ends before.
pub(crate) async fn keep<S, F>(name: &'static str, shutdown: CancellationToken, service: S)
where
    S: Fn() -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let mut pause = FIRST_PAUSE;
    loop {
        let ended = tokio::spawn(service()).await;
        if shutdown.is_cancelled() {
            return;
        }
        change(name, |state| {
            state.restarts += 1;
            state.down += 1;
        });
        tracing::error!(
            service = name,
            panicked = ended.is_err(),
            again_in_seconds = pause.as_secs(),
            "a service ended unasked"
        );
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        change(name, |state| state.down -= 1);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One unit of a service's work. `None`: it panicked; the log has the reference, and the panic's own line before it.
pub(crate) async fn unit<T: Send + 'static>(
    service: &'static str,
    reference: impl Display,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    match tokio::spawn(work).await {
        Ok(done) => Some(done),
        Err(error) => {
            if error.is_panic() {
                change(service, |state| state.panics += 1);
                tracing::error!(service, %reference, "a unit of work panicked");
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_service_that_ends_unasked_is_started_again_after_growing_pauses() {
        let (shutdown, starts) = (CancellationToken::new(), Arc::new(AtomicU32::new(0)));
        let service = {
            let (shutdown, starts) = (shutdown.clone(), Arc::clone(&starts));
            move || {
                let (shutdown, starts) = (shutdown.clone(), Arc::clone(&starts));
                async move {
                    match starts.fetch_add(1, Ordering::SeqCst) {
                        0 => panic!("the service breaks down"),
                        1 => {}
                        _ => shutdown.cancel(),
                    }
                }
            }
        };
        let began = tokio::time::Instant::now();
        let keeping = tokio::spawn(keep("tested", shutdown, service));
        tokio::time::sleep(FIRST_PAUSE / 2).await;
        assert_eq!(
            states()["tested"].down,
            1,
            "whoever looks meanwhile sees it"
        );
        keeping.await.unwrap();
        assert_eq!(starts.load(Ordering::SeqCst), 3);
        assert_eq!(began.elapsed(), Duration::from_secs(3));
        let state = states()["tested"];
        assert_eq!((state.restarts, state.down), (2, 0));
    }

    #[tokio::test]
    async fn a_panic_ends_its_unit_alone() {
        let panicked = unit::<()>("units", 7, async { panic!("the unit breaks down") }).await;
        assert_eq!(panicked, None);
        assert_eq!(unit("units", 8, async { 8 }).await, Some(8));
        assert_eq!(states()["units"].panics, 1);
    }
}
