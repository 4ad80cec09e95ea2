//! Where rows go. All rows of a run become visible at one instant, together with the run's entry in a ledger that the
//! destination keeps, so that a run that is started again after a crash never brings its rows in twice.

use std::fmt::Debug;

use domain::counts::Brought;
use domain::id::{NamespaceId, RunId};
use domain::reason::StorageFault;
use domain::settings::ImportMethod;
use mapping::field::Field;
use mapping::key::KeyForm;
use thiserror::Error;

use crate::batch::{Batch, RecordReference};

/// The table that a run writes into.
#[derive(Clone, Debug)]
pub struct Target {
    pub namespace: NamespaceId,
    /// Name of the dataset, and of its table.
    pub dataset: String,
    /// All fields of the dataset; a batch has a cell for each, in this order.
    pub fields: Vec<Field>,
    /// For each field.
    pub filling: Vec<Filling>,
    pub method: ImportMethod,
    pub run: RunId,
    /// Runs that have brought rows into the datasets of the namespace so far, as far as is known elsewhere.
    pub runs_known: u64,
}

/// What a run does to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// The run does not fill it: an upsert leaves it as it is.
    Never,
    Always,
    /// In a row that is there, an upsert leaves it as it is where the new value is null.
    UnlessNull,
}

/// What a run did, as the ledger keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerEntry {
    pub seen: u64,
    pub imported: u64,
    pub rejected: u64,
    /// Rows that are new in the dataset.
    pub inserted: u64,
}

/// What of a namespace is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inspection {
    /// Nothing was ever written, or it is gone.
    Nothing,
    /// What runs have brought into each dataset, by its name.
    Brought(Vec<(String, Brought)>),
}

pub trait Destination: Debug + Send + Sync {
    /// Prepares for a run's rows. The target's table is made where it is missing.
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError>;

    /// What the ledger says of a run, without taking the destination's lock. [`DestinationError::Busy`] while another run
    /// keeps readers out.
    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError>;

    /// Undoes what a killed process left half written, and looks whether what was written is there and whole.
    fn inspect(&self, namespace: NamespaceId) -> Result<Inspection, DestinationError>;

    /// The first rows as text, `None` for null, in the order of `fields`.
    fn first_rows(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        limit: u32,
    ) -> Result<Vec<Vec<Option<String>>>, DestinationError>;

    /// Where the dataset lies, for a person: file or schema, and table.
    fn location(&self, namespace: NamespaceId, dataset: &str) -> String;

    /// How the keys of its datasets are compared.
    fn keys(&self) -> &dyn Keys;
}

/// How the keys of datasets are compared: what holds the rows says it. It is canonical from the first row on, except where the
/// rows came in before there was such a form; there it stays exact until a person changes it.
pub trait Keys {
    fn form(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
    ) -> Result<KeyForm, DestinationError>;

    /// What would fall together if keys that are compared exactly were compared in their canonical form.
    fn look(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        groups_shown: u32,
    ) -> Result<KeyGroups, DestinationError>;

    /// Takes the lock that runs take, and removes of each group all rows but the one that was added last; nobody sees it before
    /// the commit. `None`: there is nothing to change. [`DestinationError::Busy`] while a run brings rows in.
    fn begin_canonical(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
    ) -> Result<Option<Box<dyn KeyChange>>, DestinationError>;
}

/// Rows whose keys differ as written and not in their canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyGroups {
    pub groups: u64,
    /// In all groups.
    pub rows: u64,
    /// In the order of their keys.
    pub first: Vec<KeyGroup>,
}

impl KeyGroups {
    /// Rows that would go.
    pub const fn removed(&self) -> u64 {
        self.rows - self.groups
    }
}

/// Rows as text, `None` for null, in the order of the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGroup {
    pub rows: u64,
    /// The one that was added last.
    pub stays: Vec<Option<String>>,
    /// The first of those that would go.
    pub goes: Vec<Option<String>>,
}

/// Dropped without a commit it leaves everything as it was.
pub trait KeyChange: Send {
    /// Rows that go with it.
    fn removed(&self) -> u64;

    /// As [`Load::commit`], of which the ledger counts fewer rows from then on.
    fn commit(&mut self) -> Result<(), DestinationError>;
}

/// The answer to [`Destination::begin`].
pub enum Begun {
    Load(Box<dyn Load>),
    /// The run's rows are in already: a worker was lost after it had committed.
    AlreadyMerged(LedgerEntry),
    /// The run was given up: no row of it may come in any more.
    GivenUp,
}

/// Rows of one run that nobody else sees yet. Dropped without [`Load::commit`] it leaves nothing behind.
pub trait Load: Send {
    /// Writes the rows; answers those that the destination refused, in order.
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError>;

    /// Rows written so far that were not in the dataset before.
    fn inserted(&self) -> u64;

    /// Makes all rows visible at one instant, with the ledger's entry. [`DestinationError::Busy`]: somebody reads; nothing is
    /// lost, and the same may be asked again.
    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError>;

    /// Writes into the ledger that the run is given up, so that a worker that was taken for dead cannot commit it later. Busy as
    /// [`Load::commit`].
    fn give_up(&mut self) -> Result<(), DestinationError>;
}

/// A row that the destination did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub record: RecordReference,
    pub why: RefusalReason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// Insert: the dataset, or an earlier record of the file, has a row with this key.
    KeyTaken(KeyForm),
}

#[derive(Debug, Error)]
pub enum DestinationError {
    /// Another run writes to it, or somebody reads: it will be free again.
    #[error("the destination is busy")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Trying again may help.
    #[error("the destination could not be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk under it has no room or fails, or the server is at its limits.
    #[error("the destination's storage fails")]
    Storage {
        fault: StorageFault,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Rows were brought in, and what held them is not there: a new one would look as if there had been none.
    #[error("what holds the namespace's rows is gone")]
    Gone,
    /// What holds the namespace's rows is cut off or overwritten.
    #[error("what holds the namespace's rows is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The table does not have the columns that the dataset says.
    #[error("table `{dataset}` has no column `{column}`")]
    DatasetChanged { dataset: String, column: String },
    /// The destination keeps its own account in this table.
    #[error("table `{dataset}` is not for rows of datasets")]
    OwnTable { dataset: String },
    #[error("the destination does not offer this import method")]
    MethodNotOffered,
}
