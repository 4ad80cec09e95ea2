//! The set-up of a job: a Draft that is saved whole at every step, by compare-and-set.

use std::mem;

use domain::activity::kind;
use domain::folder::{FolderForm, FolderName};
use domain::id::{DatasetId, JobId, UploadId};
use domain::job::{Job, JobEvent, JobStatus};
use domain::name::JobName;
use domain::role::Action;
use domain::sampling::{SampleState, SamplingProblem};
use domain::schedule::ScheduleForm;
use domain::settings::{DraftSettings, ImportMethod, Schedule, SourceKind};
use domain::time::Timestamp;
use mapping::field::Field;
use mapping::settings::Mapping;
use store::datasets::NewDataset;
use store::error::StoreError;
use store::jobs::{Changes, JobRecord};
use tabular::dialect::Dialect;

use crate::access::{Access, Actor, enter, parse_id};
use crate::change::{self, WriteError};
use crate::context::Context;
use crate::datasets::{self, DatasetOverview};
use crate::error::OperationError;
use crate::jobs::settings_in_use;
use crate::uploads::require_readable;
use crate::{edit, log, schedule, watched};

/// Longer names than people give, so that a header of another kind of file is not kept.
const COLUMN_NAME_BYTES: usize = 10_000;

/// Everything that the set-up pages show of a job.
#[derive(Debug)]
pub struct Setup {
    pub job: Job,
    pub saved_at: Timestamp,
    pub settings: DraftSettings,
    pub sample: Option<Sample>,
    /// The chosen one.
    pub dataset: Option<DatasetOverview>,
    /// All that can be chosen.
    pub datasets: Vec<(DatasetId, String)>,
    /// Those that jobs of the namespace may take files from.
    pub folders: Vec<FolderName>,
    /// Longest record of a file, and most columns.
    pub record_bytes: u32,
    pub columns_at_most: u32,
    /// Of the namespace: what a schedule is in unless it says otherwise.
    pub time_zone: String,
    /// Of a job that has a version: the set-up says something else than that.
    pub edited: bool,
}

#[derive(Debug)]
pub struct Sample {
    pub upload: UploadId,
    pub file_name: String,
    /// Of the whole file that it was cut from, and of the sample itself.
    pub file_bytes: u64,
    pub sample_bytes: u64,
    pub state: SampleState,
}

/// One step's form.
#[derive(Debug)]
pub enum Step {
    Basics {
        name: String,
        dataset: Option<String>,
        method: ImportMethod,
    },
    /// `None`: files are uploaded.
    Source(Option<Box<FolderForm>>),
    Sample(Box<SampleStep>),
    Schedule(Box<ScheduleForm>),
}

#[derive(Debug)]
pub struct SampleStep {
    /// A whole upload; `None` keeps the saved sample.
    pub upload: Option<String>,
    pub file_bytes: u64,
    pub dialect: Dialect,
    pub mapping: Mapping,
    /// Name and fields of a dataset that is made with the step, for a set-up that has none.
    pub new_dataset: Option<(String, Vec<Field>)>,
}

impl Sample {
    pub fn problem(&self) -> Option<&SamplingProblem> {
        match &self.state {
            SampleState::Failed(problem) => Some(problem),
            SampleState::Missing | SampleState::Processing | SampleState::Ready => None,
        }
    }
}

pub async fn show(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<Setup, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let record = context.store.job(access.namespace, parse_id(job)?).await?;
    if record.job.status == JobStatus::Completed {
        return Err(OperationError::conflict(
            "The job is completed and not scheduled to run again.",
            "Duplicate it to change it.",
        ));
    }
    view(context, &access, record).await
}

/// As [`show`], of the version that runs use: what a new file is held against before it is run.
pub async fn show_in_use(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<Setup, OperationError> {
    let access = enter(context, actor, slug, Action::RunJobs).await?;
    let mut record = context.store.job(access.namespace, parse_id(job)?).await?;
    record.draft = settings_in_use(context, &access, &record).await?;
    view(context, &access, record).await
}

/// `version` is the one that the person saw; `ChangedMeanwhile` where it has another by now.
pub async fn save(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    version: u64,
    step: Step,
) -> Result<Setup, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let id: JobId = parse_id(job)?;
    let record = context.store.job(access.namespace, id).await?;
    if record.job.version != version {
        return Err(OperationError::ChangedMeanwhile);
    }
    let mut draft = record.draft.clone();
    let mut changes = Changes::default();
    let events = match step {
        Step::Basics {
            name,
            dataset,
            method,
        } => {
            basics(
                context, &access, &record, &mut draft, &name, dataset, method,
            )
            .await?
        }
        Step::Source(form) => {
            draft.source = Some(chosen_source(context, &access, &record, form.as_deref())?);
            vec![JobEvent::SettingsChanged {
                affects_sample: false,
            }]
        }
        Step::Sample(mut step) => {
            if let Some((name, fields)) = step.new_dataset.take() {
                enter(context, actor, slug, Action::EditDatasets).await?;
                let new = new_dataset(context, &mut draft, &name, fields)?;
                let entry = log::by_actor(context, actor, kind::DATASET_CREATED, &new.name);
                changes.activity.push(entry);
                changes.dataset = Some(new);
            }
            sample(context, &access, &record, &mut draft, *step).await?
        }
        Step::Schedule(form) => {
            draft.schedule = Some(chosen_schedule(context, &record, &form)?);
            vec![JobEvent::SettingsChanged {
                affects_sample: false,
            }]
        }
    };
    changes.draft = Some(draft);
    let new_name = changes.dataset.as_ref().map(|new| new.name.clone());
    change::write(context, &access, actor, &record, &events, changes)
        .await
        .map_err(|error| match (error, new_name) {
            (WriteError::Store(StoreError::Conflict { what: "dataset" }), Some(name)) => {
                datasets::name_taken(&name)
            }
            (error, _) => error.into(),
        })?;
    let record = context.store.job(access.namespace, id).await?;
    view(context, &access, record).await
}

/// The dataset and the step are one: neither is kept without the other.
fn new_dataset(
    context: &Context,
    draft: &mut DraftSettings,
    name: &str,
    fields: Vec<Field>,
) -> Result<NewDataset, OperationError> {
    if draft.dataset.is_some() {
        return Err(OperationError::conflict(
            "The set-up has a dataset already.",
            "Go back to Basics to choose another one.",
        ));
    }
    let new = datasets::declare(context, name, fields)?;
    draft.dataset = Some(new.id);
    Ok(new)
}

async fn basics(
    context: &Context,
    access: &Access,
    record: &JobRecord,
    draft: &mut DraftSettings,
    name: &str,
    dataset: Option<String>,
    method: ImportMethod,
) -> Result<Vec<JobEvent>, OperationError> {
    let name = parse_name(name)?;
    let dataset = match dataset {
        Some(dataset) => Some(chosen_dataset(context, access, &dataset).await?),
        None => None,
    };
    // Its fields are what the sample was held against.
    let affects_sample = draft.dataset != dataset && draft.mapping.is_some();
    draft.dataset = dataset;
    draft.method = Some(method);
    let mut events = vec![JobEvent::SettingsChanged { affects_sample }];
    if record.job.name != name {
        events.push(JobEvent::Renamed { name });
    }
    Ok(events)
}

/// A mapping is kept, drawn and compared whole: it has no more columns than a file may have, nor longer names.
fn check_columns(context: &Context, mapping: &Mapping) -> Result<(), OperationError> {
    let (columns, most) = (mapping.columns.len(), context.limits.columns as usize);
    if columns > most {
        return Err(OperationError::invalid(
            "mapping",
            format!("The file has {columns} columns; {most} can be read."),
            "Take out the columns that are not needed, or ask your operator for a higher limit.",
        ));
    }
    let long = |name: &str| name.len() > COLUMN_NAME_BYTES;
    if let Some(number) = mapping.columns.iter().position(|column| long(&column.name)) {
        return Err(OperationError::invalid(
            "mapping",
            format!(
                "The name of column {} has more than {COLUMN_NAME_BYTES} bytes.",
                number + 1
            ),
            "Shorten it in the file; see also whether the file has another delimiter.",
        ));
    }
    Ok(())
}

async fn sample(
    context: &Context,
    access: &Access,
    record: &JobRecord,
    draft: &mut DraftSettings,
    step: SampleStep,
) -> Result<Vec<JobEvent>, OperationError> {
    let no_dataset = || {
        OperationError::invalid(
            "dataset",
            "No dataset is chosen yet.",
            "Go back to Basics and choose one.",
        )
    };
    draft.dataset.ok_or_else(no_dataset)?;
    let SampleStep {
        upload,
        file_bytes,
        dialect,
        mapping,
        new_dataset: _,
    } = step;
    check_columns(context, &mapping)?;
    let dialect = Dialect {
        record_bytes: context.limits.record_bytes,
        columns_at_most: context.limits.columns,
        ..dialect
    };
    let settings_differ =
        draft.dialect.as_ref() != Some(&dialect) || draft.mapping.as_ref() != Some(&mapping);
    draft.dialect = Some(dialect);
    draft.mapping = Some(mapping);
    let Some(upload) = upload else {
        if draft.sample.is_none() {
            return Err(OperationError::invalid(
                "upload",
                "There is no sample file yet.",
                "Choose one.",
            ));
        }
        // Saving once more what failed tries again.
        let failed = matches!(record.job.sample, SampleState::Failed(_));
        return Ok(vec![JobEvent::SettingsChanged {
            affects_sample: settings_differ || failed,
        }]);
    };
    let upload = context
        .store
        .upload(access.namespace, parse_id(&upload)?)
        .await?;
    require_readable(&upload)?;
    if upload.bytes > file_bytes {
        return Err(OperationError::invalid(
            "file_bytes",
            "The sample is larger than the file that it was cut from.",
            "Choose the file again.",
        ));
    }
    draft.sample = Some(upload.id);
    draft.sample_file_bytes = Some(file_bytes);
    Ok(vec![JobEvent::SampleProvided])
}

/// A job that has a version goes on with its kind of source: what it remembers of its files would mean something else.
fn chosen_source(
    context: &Context,
    access: &Access,
    record: &JobRecord,
    form: Option<&FolderForm>,
) -> Result<SourceKind, OperationError> {
    let source = match form {
        None => SourceKind::Upload,
        Some(form) => SourceKind::Folder(watched::parse(context, access, form)?),
    };
    let before = record.draft.source.as_ref();
    let is_other_kind =
        before.is_some_and(|before| mem::discriminant(before) != mem::discriminant(&source));
    if record.job.current.is_some() && is_other_kind {
        return Err(OperationError::invalid(
            "source",
            "A job that is set up cannot change between uploads and a folder.",
            "Duplicate the job and change the copy.",
        ));
    }
    Ok(source)
}

/// One that is over already is taken only where it was saved before.
fn chosen_schedule(
    context: &Context,
    record: &JobRecord,
    form: &ScheduleForm,
) -> Result<Schedule, OperationError> {
    let schedule = schedule::parse(form)?;
    let can_recur = record
        .draft
        .source
        .as_ref()
        .is_none_or(SourceKind::can_recur);
    if schedule.is_recurring() && !can_recur {
        return Err(OperationError::invalid(
            "when",
            "An uploaded file is chosen by hand, so it cannot be imported again and again.",
            "Let the job run once, or choose a source that gives new files.",
        ));
    }
    if record.draft.schedule.as_ref() != Some(&schedule) {
        schedule::refuse_past(record.job.id, &schedule, context.now())?;
    }
    Ok(schedule)
}

pub(crate) fn parse_name(name: &str) -> Result<JobName, OperationError> {
    name.parse().map_err(|problem| {
        OperationError::invalid(
            "name",
            format!("{problem}"),
            "Choose a name that says what is imported.",
        )
    })
}

async fn chosen_dataset(
    context: &Context,
    access: &Access,
    id: &str,
) -> Result<DatasetId, OperationError> {
    let gone = || {
        OperationError::invalid(
            "dataset",
            "There is no such dataset.",
            "Choose one of the list.",
        )
    };
    let id: DatasetId = id.parse().map_err(|_| gone())?;
    match context.store.dataset(access.namespace, id).await {
        Ok(dataset) => Ok(dataset.id),
        Err(error) if error.is_not_found() => Err(gone()),
        Err(error) => Err(error.into()),
    }
}

async fn view(
    context: &Context,
    access: &Access,
    record: JobRecord,
) -> Result<Setup, OperationError> {
    let edited = edit::is_edited(context, access, &record).await?;
    let all = context.store.datasets(access.namespace).await?;
    let datasets = all
        .iter()
        .map(|dataset| (dataset.id, dataset.name.clone()))
        .collect();
    let chosen = record
        .draft
        .dataset
        .and_then(|id| all.into_iter().find(|dataset| dataset.id == id));
    let dataset = match chosen {
        Some(dataset) => Some(datasets::overview(context, access.namespace, dataset, 0).await?),
        None => None,
    };
    let sample = record.sample.map(|upload| Sample {
        upload: upload.id,
        file_bytes: record.draft.sample_file_bytes.unwrap_or(upload.bytes),
        sample_bytes: upload.bytes,
        file_name: upload.file_name,
        state: record.job.sample.clone(),
    });
    Ok(Setup {
        folders: watched::folders(context, access),
        record_bytes: context.limits.record_bytes,
        columns_at_most: context.limits.columns,
        time_zone: access.time_zone.clone(),
        edited,
        job: record.job,
        saved_at: record.updated_at,
        settings: record.draft,
        sample,
        dataset,
        datasets,
    })
}
