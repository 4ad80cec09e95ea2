//! What every database must do. A test is a function that takes a fresh, empty database.

pub mod audit;
pub mod changes;
pub mod claims;
pub mod clean_up;
pub mod corrections;
pub mod deliveries;
pub mod faults;
pub mod given;
pub mod jobs;
pub mod leases;
pub mod limits;
pub mod links;
pub mod members;
pub mod migrations;
pub mod notices;
pub mod pages;
pub mod people;
pub mod preferences;
pub mod rules;
pub mod runs;
pub mod samples;
pub mod source_files;
pub mod storage;
pub mod tenancy;
pub mod uploads;

use sea_orm::DatabaseConnection;
use store::Store;
use tempfile::TempDir;

/// An empty database without tables.
pub struct Fresh {
    pub store: Store,
    /// For what the store would never write.
    pub raw: DatabaseConnection,
    pub url: String,
    pub schema: Option<String>,
    /// Kept until the test ends.
    pub folder: Option<TempDir>,
    /// Closes the store itself when the test has ended.
    pub closes: bool,
}

impl Fresh {
    pub async fn migrated(self) -> Self {
        self.store.migrate().await.unwrap();
        self
    }

    /// The same database as another process has it: with connections of its own.
    pub async fn another(&self) -> Store {
        match &self.schema {
            Some(schema) => Store::connect_to_schema(&self.url, schema).await.unwrap(),
            None => Store::connect(&self.url).await.unwrap(),
        }
    }

    pub async fn end(self) {
        if self.closes {
            self.store.close().await.unwrap();
        }
        self.raw.close().await.unwrap();
        drop(self.folder);
    }
}

/// Declares every test of the suite for one database; `$fresh` makes an empty one of a name, `$failing` one that fails on
/// demand. Each test also runs with failures: what it expects is then off, but not what the database does afterwards.
macro_rules! suite {
    ($fresh:ident, $failing:ident) => {
        $crate::conformance::tests! { $fresh, $failing;
            migrations: up_from_empty_and_up_again, long_reasons_of_before_are_cut, many_processes_migrate_at_once;
            people: addresses_are_unique_in_lower_case, a_password_is_set, sessions_expire_and_end, failed_sign_ins_are_counted, members_have_roles, datasets_keep_their_fields;
            links: a_link_is_used_once, the_first_link_makes_the_first_person_once, a_persons_link_sets_their_password, of_eight_users_of_a_link_one_wins, links_that_ended_are_forgotten;
            audit: a_change_is_not_made_without_its_entry, entries_are_filtered_and_paged, what_concerns_no_namespace_is_apart, the_log_cannot_be_changed;
            members: members_are_added_changed_and_removed, the_last_owner_stays, two_owners_who_leave_at_once_leave_one, an_invited_owner_keeps_no_namespace;
            clean_up: uploads_in_use_are_known, removed_uploads_are_forgotten_with_their_last_run, an_upload_that_was_taken_up_meanwhile_stays, abandoned_uploads_are_forgotten, old_runs_of_idle_jobs_are_found, runs_of_a_dataset_and_of_the_queue_are_counted;
            uploads: bytes_are_received_by_compare_and_set, an_upload_is_complete_when_all_bytes_are_here, uploads_at_once_do_not_pass_the_limits_together;
            jobs: a_job_is_kept_as_it_was_written, of_two_transitions_at_one_version_one_wins, a_draft_is_saved_at_its_version_only, versions_are_numbered, a_deleted_job_leaves_its_activity, a_failed_transition_writes_nothing;
            samples: a_sample_is_claimed_once, a_lapsed_sample_is_claimed_again, an_outcome_under_an_old_fence_is_refused;
            runs: a_run_is_kept_as_it_was_written, stages_are_dated, a_run_and_its_job_change_together, progress_and_heartbeat_leave_the_version, a_cancel_request_reaches_the_worker, a_run_may_be_completed_without_a_record;
            claims: eight_workers_claim_fifty_runs_once_each, two_runs_of_a_job_are_never_under_way_at_once, two_processes_claim_each_run_once, a_run_that_is_not_due_waits, the_namespace_with_fewest_under_way_comes_first, a_hundred_jobs_do_not_starve_anothers_one, a_namespace_has_no_more_under_way_than_it_may;
            corrections: a_run_is_corrected_together_with_its_correction, an_upload_corrects_once, a_deleted_job_takes_its_corrections_along;
            source_files: a_taken_file_is_known_with_its_copy, a_file_that_is_taken_again_has_a_new_copy, files_are_cleared_up_when_their_rows_are_in, of_files_of_one_name_the_last_one_is_imported, content_is_found_under_every_name_and_what_was_passed_over_is_no_import;
            leases: a_lost_lease_is_found, writes_under_an_old_fence_are_refused, an_unsettled_run_is_claimed_in_processing;
            limits: runs_at_once_never_pass_the_limit_together, a_file_that_does_not_fit_reserves_nothing, rows_that_were_not_used_go_back, a_rerun_has_the_rows_of_its_occurrence, a_rerun_that_is_given_up_gives_its_rows_back, a_killed_worker_leaves_one_reservation, a_limit_that_is_lowered_takes_nothing_back, the_limit_is_told_once_a_month, a_file_that_does_not_fit_leaves_the_marks_to_come, another_limit_is_told_of_anew, usage_is_told_by_day_and_by_job, an_occurrence_holds_one_reservation;
            pages: jobs_are_paged_by_name_and_by_age, jobs_are_paged_by_their_next_run, jobs_are_searched_and_filtered, a_summary_has_the_last_five_runs_and_the_months_rows, runs_are_paged_newest_first, due_jobs_are_found;
            notices: a_notice_commits_with_its_state_change_or_not_at_all, a_notice_is_planned_once, the_audience_is_the_namespaces_own, a_run_comes_after_the_last_that_was_not_cancelled, whoever_was_told_of_failures_is_known_until_a_run_goes_well, what_is_said_of_a_job_goes_with_it, notices_are_paged_and_counted, foreign_notices_are_not_found;
            deliveries: a_webhook_goes_with_its_deliveries, a_digest_collects_until_it_goes, a_letter_gathers_its_kind_until_it_goes, two_processes_begin_one_letter, the_namespace_with_fewest_on_their_way_comes_first, what_was_told_is_forgotten_and_what_waits_is_not, eight_senders_send_each_delivery_once, a_lapsed_delivery_is_sent_again_under_the_same_id, a_dead_letter_is_sent_again;
            preferences: what_was_looked_at_leaves_what_was_chosen, a_person_has_one_test_in_a_while;
            changes: every_change_is_told_once, a_page_of_changes_loses_none, changes_under_load_are_all_told;
            rules: illegal_runs_are_refused, illegal_jobs_are_refused, illegal_rows_of_other_tables_are_refused;
            tenancy: foreign_rows_are_not_found, foreign_rows_cannot_be_referred_to;
            storage: what_is_probed_is_written, a_database_has_one_instance_id, rows_of_a_dataset_are_not_unlearnt, missing_rows_stay_known_until_they_are_accepted, rows_that_go_are_counted_once_and_not_while_others_come;
        }
    };
}

macro_rules! tests {
    ($fresh:ident, $failing:ident; $($area:ident: $($name:ident),+;)+) => {
        mod failures {$(
            mod $area {$(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    crate::conformance::faults::anywhere(
                        || super::super::$failing(concat!(module_path!(), "::", stringify!($name))),
                        crate::conformance::$area::$name,
                        super::super::PLACES_TO_FAIL,
                    )
                    .await;
                }
            )+}
        )+}
        $(
        mod $area {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let fresh = super::$fresh(concat!(module_path!(), "::", stringify!($name))).await;
                    crate::conformance::$area::$name(fresh).await;
                }
            )+
        }
        )+
    };
}

pub(crate) use {suite, tests};
