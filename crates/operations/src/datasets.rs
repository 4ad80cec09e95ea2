//! Datasets: declaring them, and what is in them.

use std::collections::HashSet;

use connectors::destination::{Destination, DestinationError, Inspection};
use domain::activity::kind;
use domain::counts::Brought;
use domain::id::{DatasetId, NamespaceId};
use domain::name::{DatasetName, check_identifier};
use domain::role::Action;
use mapping::field::{Field, FieldType};
use mapping::key::KeyForm;
use store::datasets::{Dataset, NewDataset};
use store::error::StoreError;

use crate::access::{Actor, enter};
use crate::context::Context;
use crate::error::OperationError;
use crate::log;
use crate::runs::RunOverview;

const FIRST_ROWS: u32 = 100;
const LAST_RUNS: u64 = 10;
const FIELDS_AT_MOST: usize = 500;
/// Of all fields with their rules, as JSON.
const FIELD_BYTES_AT_MOST: usize = 200_000;

/// A dataset and what is in it now.
#[derive(Clone, Debug)]
pub struct DatasetOverview {
    pub id: DatasetId,
    pub name: String,
    pub fields: Vec<Field>,
    /// That runs have brought in.
    pub rows: u64,
    /// Where it lies, for a person.
    pub location: String,
    /// As text, `None` for null, in the order of the fields; empty where they were not asked for.
    pub first_rows: Vec<Vec<Option<String>>>,
    /// What a look into the destination met, where one was taken.
    pub reach: Reach,
    /// How keys are compared; `None`: nobody looked, or the rows could not be reached.
    pub key_form: Option<KeyForm>,
    /// Whether who asks may change that.
    pub key_form_can_change: bool,
}

/// Whether a dataset's rows can be looked at. Nothing of a page depends on it but the rows themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Free,
    /// A run is bringing rows in, and keeps readers out meanwhile.
    BeingWritten,
    Unreachable,
    /// Rows were brought in that are not there any more.
    RowsMissing {
        found: Brought,
        known: Brought,
    },
    /// What holds the rows is cut off or overwritten.
    Damaged,
}

/// By name, without their rows.
pub async fn list(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<Vec<DatasetOverview>, OperationError> {
    let access = enter(context, actor, slug, Action::ViewDatasets).await?;
    let mut overviews = Vec::new();
    for dataset in context.store.datasets(access.namespace).await? {
        overviews.push(overview(context, access.namespace, dataset, 0).await?);
    }
    Ok(overviews)
}

/// With its first rows.
pub async fn show(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
) -> Result<DatasetOverview, OperationError> {
    let access = enter(context, actor, slug, Action::ViewDatasets).await?;
    let dataset = context
        .store
        .dataset_by_name(access.namespace, name)
        .await?
        .ok_or(OperationError::NotFound)?;
    let overview = overview(context, access.namespace, dataset, FIRST_ROWS).await?;
    Ok(DatasetOverview {
        key_form_can_change: overview.key_form == Some(KeyForm::Exact)
            && access.role.allows(Action::EditDatasets),
        ..overview
    })
}

/// The last runs that brought rows into the dataset, newest first.
pub async fn runs_into(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
) -> Result<Vec<RunOverview>, OperationError> {
    let access = enter(context, actor, slug, Action::ViewDatasets).await?;
    let dataset = context
        .store
        .dataset_by_name(access.namespace, name)
        .await?
        .ok_or(OperationError::NotFound)?;
    let records = context
        .store
        .runs_into_dataset(access.namespace, dataset.id, LAST_RUNS)
        .await?;
    let mut overviews = Vec::with_capacity(records.len());
    for record in records {
        let job = context.store.job(access.namespace, record.run.job).await?;
        overviews.push(RunOverview::new(
            record,
            job.job.name.as_str(),
            access.role,
            context.reruns,
        ));
    }
    Ok(overviews)
}

pub async fn create(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
    fields: Vec<Field>,
) -> Result<DatasetOverview, OperationError> {
    let access = enter(context, actor, slug, Action::EditDatasets).await?;
    let new = declare(context, name, fields)?;
    let (id, name) = (new.id, new.name.clone());
    let entry = log::by_actor(context, actor, kind::DATASET_CREATED, &name);
    let (store, now) = (&context.store, context.now());
    let made = store.create_dataset(access.namespace, new, vec![entry], now);
    made.await.map_err(|error| match error {
        StoreError::Conflict { .. } => name_taken(&name),
        error => error.into(),
    })?;
    context.changes.poke();
    let dataset = context.store.dataset(access.namespace, id).await?;
    overview(context, access.namespace, dataset, 0).await
}

/// A dataset that can be made, unless another has its name.
pub(crate) fn declare(
    context: &Context,
    name: &str,
    fields: Vec<Field>,
) -> Result<NewDataset, OperationError> {
    let name: DatasetName = name.parse().map_err(|problem| {
        OperationError::invalid("name", format!("{problem}"), "For example: customers.")
    })?;
    check_fields(&fields)?;
    Ok(NewDataset {
        id: DatasetId(context.ids.next()),
        name: name.to_string(),
        fields,
    })
}

/// Says that the rows which are in the destination are all that the dataset should have, so that those which are missing are
/// not told any more. For who has access to the machine. Answers what was known before, and what was found.
pub async fn accept_rows(
    context: &Context,
    slug: &str,
    name: &str,
) -> Result<(Brought, Brought), OperationError> {
    let namespace = context.store.namespace_by_slug(slug).await?.id;
    let dataset = context.store.dataset_by_name(namespace, name).await?;
    let dataset = dataset.ok_or(OperationError::NotFound)?;
    let (destination, name) = (context.destination.clone(), dataset.name.clone());
    let found = tokio::task::spawn_blocking(move || brought_into(&*destination, namespace, &name))
        .await
        .map_err(OperationError::unavailable)?
        .map_err(OperationError::unavailable)?;
    let known = dataset.brought;
    if found.lacks(known) {
        let detail = format!(
            "{} has {} rows of {}, and those of {} runs of {}",
            dataset.name, found.rows, known.rows, found.runs, known.runs
        );
        let entry = log::entry(context, kind::ROWS_ACCEPTED, detail);
        context
            .store
            .accept_rows(namespace, dataset.id, found, entry, context.now())
            .await
            .map_err(|error| match error {
                StoreError::Conflict { .. } => OperationError::conflict(
                    "A run of the dataset has not ended.",
                    "Say it again when it has.",
                ),
                error => error.into(),
            })?;
    }
    Ok((known, found))
}

pub(crate) fn name_taken(name: &str) -> OperationError {
    OperationError::invalid(
        "name",
        format!("There is a dataset `{name}` already."),
        "Choose another name.",
    )
}

pub(crate) async fn overview(
    context: &Context,
    namespace: NamespaceId,
    dataset: Dataset,
    first_rows: u32,
) -> Result<DatasetOverview, OperationError> {
    let destination = context.destination.clone();
    let looking = move || {
        let (mut rows, mut reach, mut key_form) = (Vec::new(), Reach::Free, None);
        if first_rows > 0 {
            let (name, fields) = (&dataset.name, &dataset.fields);
            let read = destination.first_rows(namespace, name, fields, first_rows);
            let found = read.and_then(|read| {
                rows = read;
                key_form = Some(destination.keys().form(namespace, name, fields)?);
                brought_into(&*destination, namespace, &dataset.name)
            });
            reach = match found {
                // A run that has ended meanwhile has only brought more.
                Ok(found) if found.lacks(dataset.brought) => Reach::RowsMissing {
                    found,
                    known: dataset.brought,
                },
                Ok(_) => Reach::Free,
                Err(error) => why_not_reached(&error, dataset.id),
            };
        }
        DatasetOverview {
            location: destination.location(namespace, &dataset.name),
            id: dataset.id,
            name: dataset.name,
            fields: dataset.fields,
            rows: dataset.brought.rows,
            first_rows: rows,
            reach,
            key_form,
            key_form_can_change: false,
        }
    };
    tokio::task::spawn_blocking(looking)
        .await
        .map_err(OperationError::unavailable)
}

/// As the destination's ledger says.
fn brought_into(
    destination: &dyn Destination,
    namespace: NamespaceId,
    dataset: &str,
) -> Result<Brought, DestinationError> {
    Ok(match destination.inspect(namespace)? {
        Inspection::Nothing => Brought::default(),
        Inspection::Brought(datasets) => datasets
            .into_iter()
            .find(|(name, _)| name == dataset)
            .map_or_else(Brought::default, |(_, brought)| brought),
    })
}

fn why_not_reached(error: &DestinationError, dataset: DatasetId) -> Reach {
    let reach = match error {
        DestinationError::Busy(_) => return Reach::BeingWritten,
        DestinationError::Damaged(_) => Reach::Damaged,
        DestinationError::Gone
        | DestinationError::Unreachable(_)
        | DestinationError::Storage { .. }
        | DestinationError::OwnTable { .. }
        | DestinationError::DatasetChanged { .. }
        | DestinationError::MethodNotOffered => Reach::Unreachable,
    };
    tracing::error!(%dataset, error = error as &dyn std::error::Error, "the rows of a dataset cannot be read");
    reach
}

fn check_fields(fields: &[Field]) -> Result<(), OperationError> {
    let refuse =
        |message: String, hint: &str| Err(OperationError::invalid("fields", message, hint));
    if fields.is_empty() {
        return refuse(
            "A dataset needs at least one field.".to_owned(),
            "Add the first one.",
        );
    }
    if fields.len() > FIELDS_AT_MOST {
        return refuse(
            format!(
                "There are {} fields; {FIELDS_AT_MOST} are allowed.",
                fields.len()
            ),
            "Leave some out.",
        );
    }
    // Lists of values, patterns and synonyms. Every page that names the dataset's fields carries them.
    let bytes = serde_json::to_vec(fields).map_or(usize::MAX, |text| text.len());
    if bytes > FIELD_BYTES_AT_MOST {
        return refuse(
            format!(
                "The fields and their rules take {} kB; {} kB are allowed.",
                bytes / 1000,
                FIELD_BYTES_AT_MOST / 1000
            ),
            "Shorten the lists of allowed values, or check these after the import.",
        );
    }
    let mut names = HashSet::new();
    for field in fields {
        // The rule for a field's name is that for a dataset's: both end up in SQL.
        if check_identifier(&field.name).is_err() {
            return refuse(
                format!("`{}` is no name for a field.", field.name),
                "Use small letters a to z, digits and underscores, and begin with a letter.",
            );
        }
        if !names.insert(field.name.as_str()) {
            return refuse(
                format!("There are two fields `{}`.", field.name),
                "Rename one of them.",
            );
        }
        if matches!(field.field_type, FieldType::Decimal { scale } if scale > 38) {
            return refuse(
                format!(
                    "The decimal field `{}` has too many digits after the point.",
                    field.name
                ),
                "Choose 0 to 38.",
            );
        }
        if field.max_length == Some(0) {
            return refuse(
                format!(
                    "The field `{}` may not be longer than 0 characters.",
                    field.name
                ),
                "Choose at least 1.",
            );
        }
    }
    Ok(())
}
