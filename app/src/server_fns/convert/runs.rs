//! Runs.

use domain::counts::PerMille;
use domain::reason::Reason;
use domain::report::{RejectedRecord as Rejected, RuleCount};
use domain::run::RunAction as DomainAction;
use operations::runs::{
    HistoryPlace as Place, RunDetails as Details, RunHistory as History, RunOverview, Stage,
};

use crate::wire::{
    HistoryPlace, ReasonView, RejectedRecord, RejectionCount, RunAction, RunDetails, RunHistory,
    RunMark, RunRow, StageView,
};

pub fn run_history(history: History) -> RunHistory {
    RunHistory {
        runs: history.runs.into_iter().map(run_row).collect(),
        next: history.next,
        previous: history.previous,
    }
}

pub fn history_place(place: HistoryPlace) -> Place {
    match place {
        HistoryPlace::After(place) => Place::After(place),
        HistoryPlace::Before(place) => Place::Before(place),
    }
}

pub fn run_row(run: RunOverview) -> RunRow {
    RunRow {
        id: run.id.to_string(),
        job: run.job.to_string(),
        job_name: run.job_name,
        status: run.status,
        reason: run.reason.as_ref().map(reason),
        occurrence: run.occurrence.to_string(),
        attempt: run.attempt.into(),
        attempts: run.attempts.into(),
        file_name: run.file_name,
        file_bytes: run.file_bytes,
        due_at: run.due_at.0,
        started_at: run.started_at.map(|at| at.0),
        ended_at: run.ended_at.map(|at| at.0),
        seen: run.counts.seen,
        imported: run.counts.imported,
        rejected: run.counts.rejected,
        corrected: run.corrected,
        still_missing: run.still_missing,
        corrects: run.corrects.map(|run| run.to_string()),
        failed_per_cent: run.failed.map(per_cent),
        bytes_done: run.bytes_done,
        progress_at: run.progress_at.map(|at| at.0),
        cancel_requested: run.cancel_requested,
        actions: run.actions.into_iter().map(run_action).collect(),
        version: run.change,
    }
}

pub fn run_mark(run: RunOverview) -> RunMark {
    RunMark {
        id: run.id.to_string(),
        status: run.status,
        reason: run.reason.as_ref().map(reason),
        attempt: run.attempt.into(),
        at: run.started_at.unwrap_or(run.due_at).0,
    }
}

pub fn run_details(details: Details) -> RunDetails {
    RunDetails {
        row: run_row(details.overview),
        dataset: details.dataset,
        inserted: details.rows_inserted,
        updated: details.rows_updated,
        stages: details.stages.into_iter().map(stage).collect(),
        breakdown: details.breakdown.counts.into_iter().map(count).collect(),
        rejections: details.first_rejections.into_iter().map(rejected).collect(),
        corrected_by: details.corrected_by.into_iter().map(run_row).collect(),
        rows_in: details.rows_in,
        is_answered: details.is_answered,
        is_passed_over: details.is_passed_over,
    }
}

pub fn reason(reason: &Reason) -> ReasonView {
    ReasonView {
        code: reason.code().to_owned(),
        sentence: reason.sentence(),
        next_step: reason.next_step().into_owned(),
    }
}

/// "1.3", "0", "100": without the sign, which the page writes.
fn per_cent(share: PerMille) -> String {
    share.to_string().trim_end_matches(" %").to_owned()
}

fn run_action(action: DomainAction) -> RunAction {
    match action {
        DomainAction::Retry => RunAction::Retry,
        DomainAction::PassOver => RunAction::PassOver,
        DomainAction::Cancel => RunAction::Cancel,
        DomainAction::DownloadReport => RunAction::DownloadReport,
        DomainAction::Reimport => RunAction::Reimport,
    }
}

fn stage(stage: Stage) -> StageView {
    StageView {
        status: stage.status,
        started_at: stage.started_at.map(|at| at.0),
        ended_at: stage.ended_at.map(|at| at.0),
    }
}

fn count(count: RuleCount) -> RejectionCount {
    RejectionCount {
        rule: count.rule,
        column_name: count.column_name,
        count: count.count,
        example: count.example,
    }
}

fn rejected(record: Rejected) -> RejectedRecord {
    RejectedRecord {
        record: record.record,
        line: record.line,
        cells: record.cells,
        rejections: record.rejections,
    }
}
