//! Weir as it is, except that its worker waits at barriers: for tests that look at a run while it is in one stage.
//!
//! A barrier is a named pipe in the folder `WEIR_BARRIERS`, called `validating`, `importing` or `processing`. Where it is
//! there, the stage begins when somebody has opened the pipe for writing and closed it again; where it is not, the stage
//! begins at once. `committed` stands between the commit and the run's hearing of it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use connectors::batch::Batch;
use connectors::destination::{
    Begun, Destination, DestinationError, Inspection, Keys, LedgerEntry, Load, Refusal, Target,
};
use connectors::source::{ChosenFile, Source, SourceError, SourceRead};
use domain::id::{NamespaceId, RunId};
use mapping::field::Field;
use operations::folders::DataFolder;
use weir_server::command_line::CommandLine;
use weir_server::commands::{self, CommandError};
use weir_server::wiring::Connectors;

fn main() -> Result<ExitCode, CommandError> {
    commands::run(CommandLine::parse(), with_barriers)
}

fn with_barriers(folder: &DataFolder) -> Connectors {
    let barriers = Barriers {
        folder: std::env::var_os("WEIR_BARRIERS").map(PathBuf::from),
    };
    let Connectors {
        source,
        destination,
    } = Connectors::embedded(folder);
    Connectors {
        source: Arc::new(HeldSource {
            source,
            barriers: barriers.clone(),
        }),
        destination: Arc::new(HeldDestination {
            destination,
            barriers,
        }),
    }
}

#[derive(Clone, Debug)]
struct Barriers {
    folder: Option<PathBuf>,
}

impl Barriers {
    /// Opening a named pipe for reading returns when somebody opens it for writing, and reading it ends when it is closed.
    fn wait_at(&self, stage: &str) {
        let Some(pipe) = self.folder.as_ref().map(|folder| folder.join(stage)) else {
            return;
        };
        let waited = File::open(&pipe).and_then(std::io::read_to_string);
        match waited {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => panic!(
                "the barrier {} cannot be waited at: {error}",
                pipe.display()
            ),
        }
    }
}

#[derive(Debug)]
struct HeldSource {
    source: Arc<dyn Source>,
    barriers: Barriers,
}

impl Source for HeldSource {
    fn open(&self, file: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError> {
        self.barriers.wait_at("validating");
        self.source.open(file)
    }
}

#[derive(Debug)]
struct HeldDestination {
    destination: Arc<dyn Destination>,
    barriers: Barriers,
}

impl Destination for HeldDestination {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        let begun = self.destination.begin(target)?;
        Ok(match begun {
            Begun::Load(load) => Begun::Load(Box::new(HeldLoad {
                load,
                barriers: self.barriers.clone(),
                started: false,
            })),
            ended @ (Begun::AlreadyMerged(_) | Begun::GivenUp) => ended,
        })
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        self.destination.merged(namespace, run)
    }

    fn inspect(&self, namespace: NamespaceId) -> Result<Inspection, DestinationError> {
        self.destination.inspect(namespace)
    }

    fn first_rows(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        limit: u32,
    ) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
        self.destination
            .first_rows(namespace, dataset, fields, limit)
    }

    fn location(&self, namespace: NamespaceId, dataset: &str) -> String {
        self.destination.location(namespace, dataset)
    }

    fn keys(&self) -> &dyn Keys {
        self.destination.keys()
    }
}

struct HeldLoad {
    load: Box<dyn Load>,
    barriers: Barriers,
    started: bool,
}

impl Load for HeldLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        if !self.started {
            self.started = true;
            self.barriers.wait_at("importing");
        }
        self.load.write(batch)
    }

    fn inserted(&self) -> u64 {
        self.load.inserted()
    }

    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError> {
        self.barriers.wait_at("processing");
        self.load.commit(entry)?;
        self.barriers.wait_at("committed");
        Ok(())
    }

    fn give_up(&mut self) -> Result<(), DestinationError> {
        self.load.give_up()
    }
}
