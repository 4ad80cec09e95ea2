//! Where the files of an instance lie. Every name below the folder is an identifier that the server made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::{NamespaceId, RunId, UploadId};

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

    pub fn root(&self) -> &Path {
        &self.0
    }

    pub fn upload(&self, id: UploadId) -> PathBuf {
        self.0.join("uploads").join(id.to_string())
    }

    /// Holds `exact` and `explained.csv` once the run has ended.
    pub fn reports(&self, id: RunId) -> PathBuf {
        self.0.join("reports").join(id.to_string())
    }

    /// The embedded destination of a namespace.
    pub fn namespace(&self, id: NamespaceId) -> PathBuf {
        self.0.join("namespaces").join(format!("{id}.sqlite"))
    }
}
