//! How often delivering is tried, and when it is given up.

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
    fn what_is_refused_is_not_tried_again() {
        let error = "no such mailbox".to_owned();
        let refused = Outcome::Refused {
            error: error.clone(),
        };
        assert_eq!(settle(refused, 1, Timestamp(0)), Settled::Dead { error });
        assert_eq!(settle(Outcome::Delivered, 7, Timestamp(0)), Settled::Sent);
    }
}
