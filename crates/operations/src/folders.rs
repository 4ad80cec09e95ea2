//! Where the files of an instance lie. Every name below the folder is an identifier that the server made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::{RunId, UploadId};
use domain::report;

#[derive(Clone, Debug)]
pub struct DataFolder(Arc<Path>);

impl DataFolder {
    /// Makes the folder and its parts where they are missing.
    pub fn open(root: &Path) -> std::io::Result<Self> {
        for part in ["uploads", "reports", "namespaces"] {
            std::fs::create_dir_all(root.join(part))?;
        }
        Ok(Self(Arc::from(root)))
    }

    pub fn upload(&self, id: UploadId) -> PathBuf {
        self.0.join("uploads").join(id.to_string())
    }

    /// The failure report of a run; the names of its files are in [`report`].
    pub fn reports(&self, id: RunId) -> PathBuf {
        report::folder(&self.0.join("reports"), id)
    }

    pub fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }

    pub fn all_reports(&self) -> PathBuf {
        self.0.join("reports")
    }

    /// The embedded destination: a file per namespace.
    pub fn namespaces(&self) -> PathBuf {
        self.0.join("namespaces")
    }
}
