//! One table each, in the types of its columns. Nothing outside this crate sees them.

pub mod activity;
pub mod change_counter;
pub mod correction;
pub mod dataset;
pub mod deleted_job;
pub mod delivery;
pub mod delivery_notice;
pub mod failed_sign_in;
pub mod instance;
pub mod job;
pub mod job_version;
pub mod link;
pub mod membership;
pub mod namespace;
pub mod notice;
pub mod notice_preference;
pub mod person;
pub mod probe;
pub mod quota_month;
pub mod reservation;
pub mod run;
pub mod session;
pub mod source_file;
pub mod subscription;
pub mod upload;
pub mod webhook;
