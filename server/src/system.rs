//! The outside world: time, identifiers and randomness of this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;
use operations::context::{Clock, Ids, Randomness};
use uuid::Uuid;

pub struct SystemClock;

pub struct SystemIds;

pub struct SystemRandomness;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Ids for SystemIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
