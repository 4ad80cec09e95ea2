//! What people are told: which happenings make a notice, who hears of it, in which words, and how often delivering it is
//! tried.

mod alike;
mod announce;
mod delivery;
mod event;
mod happening;
mod subscription;
mod wording;

pub use self::alike::{brief, words_of_alike};
pub use self::announce::{
    Announcement, of_ended_run, of_limit_near, of_limit_reached, of_sampling_failed, of_test,
};
pub use self::delivery::{
    ATTEMPTS_AT_MOST, DeliveryState, GATHERS_AT_MOST_SECONDS, Gathering, Outcome, Settled, settle,
};
pub use self::event::{Events, NoticeEvent};
pub use self::happening::{Happening, MonthlyLimit, RefusedFile, RunEnded};
pub use self::subscription::{
    Addressee, Channel, Recipient, Subscriber, Subscription, built_in, heard, recipients,
    stand_ins, unheard_failures,
};
pub use self::wording::{Words, grouped_digits, words};
