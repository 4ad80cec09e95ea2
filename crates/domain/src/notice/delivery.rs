//! How often delivering is tried, and when it is given up.

use super::NoticeEvent;
use crate::code::coded_enum;
use crate::time::Timestamp;

coded_enum! {
    pub enum DeliveryState as "delivery state" {
        Waiting = "waiting", "Waiting";
        Sent = "sent", "Sent";
        /// Given up: a dead letter, until somebody has it sent again.
        Dead = "dead", "Not delivered";
    }
}

/// A letter never waits longer than this for more of its kind.
pub const GATHERS_AT_MOST_SECONDS: i64 = 600;

/// How a letter of a run waits for other runs of the job that end alike, so that thirty of them are one letter. Each that comes
/// prolongs the wait, up to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gathering {
    wait_seconds: i64,
    at_most_seconds: i64,
}

impl Gathering {
    /// `None`: what this tells goes at once. What failed waits once, whatever comes after it.
    pub fn of(event: NoticeEvent, wait_seconds: i64) -> Option<Self> {
        (event.ends_a_run() && wait_seconds > 0).then_some(Self {
            wait_seconds,
            at_most_seconds: if event.is_failure() {
                wait_seconds
            } else {
                GATHERS_AT_MOST_SECONDS
            },
        })
    }

    /// When the letter goes that was begun at `begun_at`, if nothing more of its kind comes after `now`.
    pub fn due_at(self, begun_at: Timestamp, now: Timestamp) -> Timestamp {
        let end = begun_at.plus_seconds(self.at_most_seconds);
        end.min(now.plus_seconds(self.wait_seconds))
    }
}

/// Seconds from one attempt to the next: about a day in all.
const WAITS: [i64; 8] = [30, 120, 600, 1800, 2 * 3600, 4 * 3600, 6 * 3600, 10 * 3600];

/// The first attempt and those after a wait.
pub const ATTEMPTS_AT_MOST: u32 = 9;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// It may work later.
    Failed {
        error: String,
    },
    /// It will not work, however often it is tried.
    Refused {
        error: String,
    },
}

/// What follows for the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    Sent,
    Again { at: Timestamp, error: String },
    Dead { error: String },
}

/// `attempt`: 1 for the first.
pub fn settle(outcome: Outcome, attempt: u32, now: Timestamp) -> Settled {
    match outcome {
        Outcome::Delivered => Settled::Sent,
        Outcome::Refused { error } => Settled::Dead { error },
        Outcome::Failed { error } => {
            let wait = usize::try_from(attempt.saturating_sub(1))
                .ok()
                .and_then(|index| WAITS.get(index));
            match wait {
                Some(seconds) => Settled::Again {
                    at: now.plus_seconds(*seconds),
                    error,
                },
                None => Settled::Dead { error },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Outcome {
        Outcome::Failed {
            error: "no answer".to_owned(),
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let mut now = Timestamp(0);
        let mut attempt = 1;
        while let Settled::Again { at, .. } = settle(failed(), attempt, now) {
            assert!(at > now);
            now = at;
            attempt += 1;
        }
        assert_eq!(attempt, ATTEMPTS_AT_MOST);
        assert_eq!(now.0 / 1000 / 3600, 22);
    }

    #[test]
    fn a_letter_waits_for_more_of_its_kind_and_not_for_ever() {
        for (event, comes_at, due_at) in [
            (NoticeEvent::RunPartiallyCompleted, 0, Some(60)),
            (NoticeEvent::RunPartiallyCompleted, 50, Some(110)),
            (NoticeEvent::RunCompleted, 590, Some(600)),
            (NoticeEvent::RunFailed, 0, Some(60)),
            (NoticeEvent::RunHalted, 50, Some(60)),
            (NoticeEvent::JobHalted, 0, None),
            (NoticeEvent::LimitReached, 0, None),
        ] {
            let due = Gathering::of(event, 60)
                .map(|gathering| gathering.due_at(Timestamp(0), Timestamp(comes_at * 1000)).0);
            assert_eq!(due, due_at.map(|at: i64| at * 1000), "{event:?} {comes_at}");
        }
        assert_eq!(Gathering::of(NoticeEvent::RunCompleted, 0), None);
    }

    #[test]
    fn what_is_refused_is_not_tried_again() {
        let error = "no such mailbox".to_owned();
        let refused = Outcome::Refused {
            error: error.clone(),
        };
        assert_eq!(settle(refused, 1, Timestamp(0)), Settled::Dead { error });
        assert_eq!(settle(Outcome::Delivered, 7, Timestamp(0)), Settled::Sent);
    }
}
