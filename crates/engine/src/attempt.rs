//! One claimed run, taken through its stages to an end that is true.

use std::sync::{Arc, Mutex, PoisonError};

use connectors::destination::{Begun, DestinationError, Filling, LedgerEntry, Load, Target};
use connectors::source::ChosenFile;
use domain::activity::kind;
use domain::folder::{FileVerdict, FolderSource};
use domain::id::ActivityId;
use domain::job::JobEvent;
use domain::reason::Reason;
use domain::run::{Run, RunEvent, RunStatus};
use domain::settings::SourceKind;
use mapping::field::Field;
use mapping::settings::EmptyCells;
use store::activity::NewActivity;
use store::limits::LimitStep;
use store::runs::{RunChanges, RunClaim, RunFacts};
use store::uploads::Upload;
use thiserror::Error;
use tokio::task::{JoinError, spawn_blocking};
use tokio_util::sync::CancellationToken;

use crate::advance::{AdvanceError, advance, advance_then, advance_with};
use crate::context::Engine;
use crate::heartbeat;
use crate::limit::{self, Reserved};
use crate::pickup::{self, Pickup};
use crate::pipeline::{
    Assignment, IMPORTING, Importing, Interrupted, Stop, VALIDATING, Validated, Watch, import,
    storage_unavailable, validate,
};
use crate::report::{self, ReportDraft, ReportSizes};
use crate::slot::Slot;

/// How long nothing is brought into a namespace whose storage failed in the moment of a commit.
const PUT_OFF_SECONDS: i64 = 60;

#[derive(Debug, Error)]
pub(crate) enum AttemptError {
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    #[error(transparent)]
    Advance(#[from] AdvanceError),
    #[error("the commit failed, so that only the ledger knows whether the rows are in")]
    Unsettled(#[source] DestinationError),
    #[error("the work broke down")]
    BrokeDown(#[from] JoinError),
}

pub(crate) async fn work(
    engine: &Engine,
    claim: RunClaim,
    slot: Slot,
    shutdown: &CancellationToken,
) {
    let run = claim.run.clone();
    tracing::info!(run = %run.id, status = run.status.code(), attempt = run.attempt, "claimed");
    let watch = Arc::new(Watch::default());
    let heartbeat = heartbeat::start(engine, &run, Arc::clone(&watch), shutdown.clone());
    let mut attempt = Attempt {
        engine: engine.clone(),
        run,
        watch,
        slot: Arc::new(Mutex::new(slot)),
        folder: None,
    };
    let stages = Box::pin(attempt.stages(claim)).await;
    if let Err(error) = stages {
        attempt.end(error).await;
    }
    drop(heartbeat);
}

struct Attempt {
    engine: Engine,
    /// As last written.
    run: Run,
    watch: Arc<Watch>,
    slot: Arc<Mutex<Slot>>,
    /// Where the job finds its files.
    folder: Option<FolderSource>,
}

impl Attempt {
    async fn stages(&mut self, mut claim: RunClaim) -> Result<(), AttemptError> {
        self.remove_leftovers().await?;
        if let SourceKind::Folder(source) = &claim.settings.source {
            self.folder = Some(source.clone());
        }
        // Whatever stage is remembered: the database may be one that was put back, and lag behind the destination. Its file may
        // have gone from the source since.
        if let Some(merged) = self.ask_ledger().await? {
            return self.merged(merged, None).await;
        }
        if let Some(source) = self
            .folder
            .clone()
            .filter(|_| self.run.input.is_at_source())
        {
            let method = claim.settings.method;
            let taken = pickup::take(&self.engine, &self.run, &source, method, &self.watch);
            // A large future, and most runs take no file.
            match Box::pin(taken).await? {
                Pickup::Taken(run) => self.run = *run,
                Pickup::NothingNew { passed_over } => return self.find_nothing(&passed_over).await,
            }
            claim.upload = self.copy().await?;
        }
        let target = self.target(&claim).await?;
        if self.run.only_settles() {
            return self.give_up(target).await;
        }
        let gate = claim.settings.quality_gate;
        let assignment = Arc::new(self.assignment(claim, target)?);
        let unsettled = self.run.status == RunStatus::Processing;
        let draft = self.start_report(&assignment).await?;
        let (draft, validated) = self.validate(&assignment, draft).await?;
        if validated.seen == 0 && self.nothing_new_is_well().await? {
            return self.find_nothing(&[]).await;
        }
        if !unsettled {
            let event = RunEvent::ValidationFinished {
                seen: validated.seen,
                rejected: validated.rejected,
                gate,
            };
            if let Some(ended) = self.ends_with(&event) {
                let reason = ended.reason.as_ref();
                let sizes = publish(&assignment, draft, &[VALIDATING], &validated, reason).await?;
                return self.advance(&event, Some(facts(sizes))).await;
            }
            let rows = validated.seen - validated.rejected;
            match limit::reserve(&self.engine, &self.run, &event, rows).await? {
                Reserved::Advanced(run) => self.run = *run,
                Reserved::Refused(reason) => {
                    let journals = &[VALIDATING];
                    let sizes =
                        publish(&assignment, draft, journals, &validated, Some(&reason)).await?;
                    self.run = limit::refuse(&self.engine, &self.run, reason, facts(sizes)).await?;
                    return Ok(());
                }
            }
            if self.run.status.is_final() {
                return Ok(());
            }
        }
        let load = match self.begin(&assignment.target).await? {
            Begun::Load(load) => load,
            Begun::AlreadyMerged(merged) => return self.merged(merged, None).await,
            Begun::GivenUp => return Err(Interrupted::Stopped(Stop::LeaseLost).into()),
        };
        let (draft, importing) = self.import(&assignment, load, draft, &validated).await?;
        let rejected = validated.rejected + importing.refused;
        let event = RunEvent::ImportFinished { rejected, gate };
        if let Some(ended) = self.ends_with(&event).filter(|_| !unsettled) {
            drop(importing);
            let journals = &[VALIDATING, IMPORTING];
            let reason = ended.reason.as_ref();
            let sizes = publish(&assignment, draft, journals, &validated, reason).await?;
            return self.advance(&event, Some(facts(sizes))).await;
        }
        if !unsettled {
            self.advance(&event, None).await?;
            if self.run.status.is_final() {
                return Ok(());
            }
        }
        // The report is whole before any row shows: after the commit there is nothing left to do that could be lost.
        let sizes = publish(
            &assignment,
            draft,
            &[VALIDATING, IMPORTING],
            &validated,
            None,
        )
        .await?;
        let entry = LedgerEntry {
            seen: validated.seen,
            imported: validated.seen - rejected,
            rejected,
            inserted: importing.load.inserted(),
        };
        self.close(importing.load, move |load| load.commit(entry))
            .await?;
        self.merged(entry, Some(sizes)).await
    }

    /// As soon as nobody reads. Others have the slot meanwhile.
    async fn close(
        &self,
        mut load: Box<dyn Load>,
        end: impl Fn(&mut dyn Load) -> Result<(), DestinationError> + Clone + Send + 'static,
    ) -> Result<(), AttemptError> {
        loop {
            self.hold().await?;
            let end = end.clone();
            let trying = spawn_blocking(move || {
                let ended = end(&mut *load);
                (load, ended)
            });
            let (still_open, ended) = trying.await?;
            let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
            match ended {
                Err(DestinationError::Busy(_)) => {
                    slot.wait_without();
                    load = still_open;
                }
                ended => {
                    slot.go_on();
                    return ended.map_err(AttemptError::Unsettled);
                }
            }
        }
    }

    /// Renews the lease under the fence, immediately before the commit: a worker that has slept does not commit on the word of
    /// its memory.
    async fn hold(&self) -> Result<(), AttemptError> {
        self.watch.check()?;
        let (run, until) = (&self.run, self.engine.lease_until());
        let answer = self
            .engine
            .store
            .heartbeat(run.namespace, run.id, run.fence, until)
            .await
            .map_err(AdvanceError::Store)?;
        if answer.held {
            Ok(())
        } else {
            Err(Interrupted::Stopped(Stop::LeaseLost).into())
        }
    }

    /// Whether a file without a record is no failure.
    async fn nothing_new_is_well(&self) -> Result<bool, AttemptError> {
        let is_validating = self.run.status == RunStatus::Validating;
        match self
            .folder
            .as_ref()
            .filter(|_| is_validating && self.run.input.is_whole_file())
        {
            Some(source) => pickup::nothing_new_is_well(&self.engine, &self.run, source).await,
            None => Ok(false),
        }
    }

    /// Ends well without a record; the job's log names what was passed over.
    async fn find_nothing(&mut self, passed_over: &[FileVerdict]) -> Result<(), AttemptError> {
        let names: Vec<_> = passed_over.iter().map(FileVerdict::sentence).collect();
        let activity = (!names.is_empty()).then(|| NewActivity {
            id: ActivityId((self.engine.new_id)()),
            job: Some(self.run.job),
            run: Some(self.run.id),
            person: None,
            address: None,
            kind: kind::REPEATS_PASSED_OVER.to_owned(),
            detail: names.join(" "),
            of_instance: false,
        });
        let also = RunChanges {
            activity: activity.into_iter().collect(),
            ..RunChanges::default()
        };
        self.run = advance_with(&self.engine, &self.run, &RunEvent::NothingNew, also).await?;
        Ok(())
    }

    /// The file that the run has taken.
    async fn copy(&self) -> Result<Option<Upload>, AttemptError> {
        let record = self
            .engine
            .store
            .run(self.run.namespace, self.run.id)
            .await
            .map_err(AdvanceError::Store)?;
        Ok(record.upload)
    }

    /// What the destination knows of the run. Waits as long as others keep readers out.
    async fn ask_ledger(&self) -> Result<Option<LedgerEntry>, AttemptError> {
        let (namespace, run) = (self.run.namespace, self.run.id);
        let destination = Arc::clone(&self.engine.destination);
        self.when_free(move || destination.merged(namespace, run))
            .await
    }

    /// Waits as long as others use the destination.
    async fn begin(&self, target: &Target) -> Result<Begun, AttemptError> {
        self.watch.begin_stage();
        let (destination, target) = (Arc::clone(&self.engine.destination), target.clone());
        self.when_free(move || destination.begin(&target)).await
    }

    /// Others have the slot meanwhile.
    async fn when_free<T: Send + 'static>(
        &self,
        ask: impl Fn() -> Result<T, DestinationError> + Send + 'static,
    ) -> Result<T, AttemptError> {
        let (watch, slot) = (Arc::clone(&self.watch), Arc::clone(&self.slot));
        let answered = spawn_blocking(move || {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                watch.check()?;
                match ask() {
                    Err(DestinationError::Busy(_)) => slot.wait_without(),
                    answer => {
                        slot.go_on();
                        return answer.map_err(Interrupted::from);
                    }
                }
            }
        });
        Ok(answered.await??)
    }

    /// Whoever holds the destination's lock knows that no other worker commits this run now; what is written there keeps one
    /// that wakes late from doing so.
    async fn give_up(&mut self, target: Target) -> Result<(), AttemptError> {
        match self.begin(&target).await? {
            Begun::AlreadyMerged(merged) => return self.merged(merged, None).await,
            Begun::GivenUp => {}
            Begun::Load(load) => self.close(load, |load| load.give_up()).await?,
        }
        let reference = self.run.id.to_string();
        let event = RunEvent::HaltedWith(Reason::InternalError { reference });
        self.advance(&event, None).await
    }

    /// Whatever this claim comes to: it may write no report, or none that has room.
    async fn remove_leftovers(&self) -> Result<(), JoinError> {
        let (folder, run) = (self.engine.reports.folder.clone(), &self.run);
        let (run, fence) = (run.id, run.fence);
        spawn_blocking(move || report::remove_leftovers(&folder, run, fence)).await
    }

    async fn start_report(
        &self,
        assignment: &Arc<Assignment>,
    ) -> Result<ReportDraft, AttemptError> {
        let (assignment, fence) = (Arc::clone(assignment), self.run.fence);
        let draft = spawn_blocking(move || {
            ReportDraft::start(&assignment.reports, assignment.target.run, fence)
        });
        Ok(draft.await?.map_err(Interrupted::from)?)
    }

    async fn validate(
        &self,
        assignment: &Arc<Assignment>,
        draft: ReportDraft,
    ) -> Result<(ReportDraft, Validated), AttemptError> {
        let (assignment, watch) = (Arc::clone(assignment), Arc::clone(&self.watch));
        let validated = spawn_blocking(move || {
            validate(&assignment, &draft, &watch).map(|validated| (draft, validated))
        });
        Ok(validated.await??)
    }

    async fn import(
        &self,
        assignment: &Arc<Assignment>,
        load: Box<dyn Load>,
        draft: ReportDraft,
        validated: &Validated,
    ) -> Result<(ReportDraft, Importing), AttemptError> {
        let (assignment, watch) = (Arc::clone(assignment), Arc::clone(&self.watch));
        let validated = validated.clone();
        let importing = spawn_blocking(move || {
            import(&assignment, load, &validated, &draft, &watch)
                .map(|importing| (draft, importing))
        });
        Ok(importing.await??)
    }

    /// `sizes`: `None` where an earlier claim of the run has published its report.
    async fn merged(
        &mut self,
        entry: LedgerEntry,
        sizes: Option<ReportSizes>,
    ) -> Result<(), AttemptError> {
        let sizes =
            sizes.or_else(|| ReportSizes::published(&self.engine.reports.folder, self.run.id));
        let facts = RunFacts {
            rows_inserted: Some(entry.inserted),
            rows_updated: Some(entry.imported - entry.inserted),
            ..sizes.map(facts).unwrap_or_default()
        };
        let event = RunEvent::Merged {
            imported: entry.imported,
            rejected: entry.rejected,
        };
        let also = RunChanges {
            facts: Some(facts),
            rows_added: Some(entry.inserted),
            limit: Some(LimitStep::Used(
                limit::today(&self.engine, self.run.namespace).await?,
            )),
            ..RunChanges::default()
        };
        let file_waits = match &self.folder {
            Some(source) => pickup::another_waits(&self.engine, &self.run, source).await,
            None => None,
        };
        let then = file_waits.map(|due_at| JobEvent::FileWaits { due_at });
        self.run = advance_then(&self.engine, &self.run, &event, also, then.as_ref()).await?;
        tracing::info!(run = %self.run.id, status = self.run.status.code(), "advanced");
        Ok(())
    }

    /// The run as the event ends it, if it does.
    fn ends_with(&self, event: &RunEvent) -> Option<Run> {
        let after = self.run.apply(event, self.engine.now()).ok()?;
        after.status.is_final().then_some(after)
    }

    async fn advance(
        &mut self,
        event: &RunEvent,
        facts: Option<RunFacts>,
    ) -> Result<(), AttemptError> {
        self.run = advance(&self.engine, &self.run, event, facts).await?;
        tracing::info!(run = %self.run.id, status = self.run.status.code(), "advanced");
        Ok(())
    }

    /// Gives the run the end, or the rest, that the error means.
    async fn end(&mut self, error: AttemptError) {
        let run = self.run.id;
        let event = match error {
            AttemptError::Interrupted(Interrupted::Stopped(Stop::Cancelled)) => RunEvent::Cancelled,
            AttemptError::Interrupted(Interrupted::Stopped(Stop::Shutdown)) => RunEvent::Released,
            AttemptError::Interrupted(Interrupted::Reason(reason))
                if self.run.status != RunStatus::Processing =>
            {
                end_with(reason)
            }
            AttemptError::Interrupted(Interrupted::Io(error))
                if self.run.status != RunStatus::Processing =>
            {
                tracing::error!(%run, error = &error as &dyn std::error::Error, "a file could not be read or written");
                end_with(storage_unavailable(&error))
            }
            error if is_about_storage(&error) => {
                tracing::error!(%run, error = &error as &dyn std::error::Error, "whether the rows are in can be found out when their storage is well again");
                let until = self.engine.now().plus_seconds(PUT_OFF_SECONDS);
                self.slot
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .put_off(until);
                RunEvent::Released
            }
            // The lease runs out, and with it the claim is counted as lost: a run that does this each time is given up.
            error => {
                tracing::error!(%run, error = &error as &dyn std::error::Error, "left to be claimed again");
                return;
            }
        };
        if let Err(error) = self.advance(&event, None).await {
            tracing::error!(%run, error = &error as &dyn std::error::Error, "the run's end was not written");
        }
    }

    async fn target(&self, claim: &RunClaim) -> Result<Target, AttemptError> {
        let datasets = self.engine.store.datasets(self.run.namespace).await;
        let datasets = datasets.map_err(AdvanceError::Store)?;
        let mapping = &claim.settings.mapping;
        let filling = |field: &Field| {
            let mut columns = mapping.columns.iter();
            let column = columns.find(|column| column.field.as_ref() == Some(&field.name));
            match column.map(|column| mapping.empty_cells_of(column)) {
                None => Filling::Never,
                Some(EmptyCells::EmptyTheField) => Filling::Always,
                Some(EmptyCells::LeaveTheField) => Filling::UnlessNull,
            }
        };
        Ok(Target {
            namespace: self.run.namespace,
            filling: claim.dataset.fields.iter().map(filling).collect(),
            dataset: claim.dataset.name.clone(),
            fields: claim.dataset.fields.clone(),
            method: claim.settings.method,
            run: self.run.id,
            runs_known: datasets.iter().map(|dataset| dataset.brought.runs).sum(),
        })
    }

    fn assignment(&self, claim: RunClaim, target: Target) -> Result<Assignment, Interrupted> {
        let upload = claim
            .upload
            .filter(Upload::is_complete)
            .ok_or(Interrupted::Reason(Reason::SourceUnreachable))?;
        Ok(Assignment {
            source: Arc::clone(&self.engine.source),
            file: ChosenFile {
                namespace: self.run.namespace,
                upload: upload.id,
                bytes: upload.bytes,
            },
            target,
            settings: claim.settings,
            reports: self.engine.reports.clone(),
        })
    }
}

/// It may be well again by and by: the attempt is not at fault.
fn is_about_storage(error: &AttemptError) -> bool {
    match error {
        AttemptError::Interrupted(Interrupted::Io(_)) => true,
        AttemptError::Interrupted(Interrupted::Reason(reason)) => matches!(
            reason,
            Reason::StorageUnavailable { .. } | Reason::DestinationUnreachable
        ),
        AttemptError::Unsettled(error) => matches!(
            error,
            DestinationError::Storage { .. }
                | DestinationError::Unreachable(_)
                | DestinationError::Busy(_)
        ),
        AttemptError::Interrupted(Interrupted::Stopped(_))
        | AttemptError::Advance(_)
        | AttemptError::BrokeDown(_) => false,
    }
}

fn end_with(reason: Reason) -> RunEvent {
    if reason.status() == RunStatus::Failed {
        RunEvent::FailedWith(reason)
    } else {
        RunEvent::HaltedWith(reason)
    }
}

async fn publish(
    assignment: &Arc<Assignment>,
    draft: ReportDraft,
    journals: &'static [&'static str],
    validated: &Validated,
    reason: Option<&Reason>,
) -> Result<ReportSizes, AttemptError> {
    let (assignment, reason) = (Arc::clone(assignment), reason.cloned());
    let (header, body_offset) = (validated.header.clone(), validated.body_offset);
    let published = spawn_blocking(move || -> Result<ReportSizes, Interrupted> {
        let mut source = assignment.source.open(assignment.file)?;
        Ok(draft.publish(
            journals,
            &header,
            &mut *source,
            body_offset,
            reason.as_ref(),
        )?)
    });
    Ok(published.await??)
}

fn facts(sizes: ReportSizes) -> RunFacts {
    RunFacts {
        exact_bytes: Some(sizes.exact_bytes),
        explained_bytes: Some(sizes.explained_bytes),
        ..RunFacts::default()
    }
}
