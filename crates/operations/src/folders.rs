//! Where the files of an instance lie. Every name below the folder is an identifier that the server made.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::{RunId, UploadId};
use domain::report;
use uuid::Uuid;

const PARTS: [&str; 3] = ["uploads", "reports", "namespaces"];

#[derive(Clone, Debug)]
pub struct DataFolder(Arc<Path>);

impl DataFolder {
    /// Makes the folder and its parts where they are missing, and closes it to everybody else on the machine.
    pub fn open(root: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(root)?;
        keep_private(root)?;
        for part in PARTS {
            std::fs::create_dir_all(root.join(part))?;
        }
        Ok(Self(Arc::from(root)))
    }

    /// The instance that the folder belongs to; `None` for one that was never used, or by an older version alone.
    pub fn instance(&self) -> io::Result<Option<Uuid>> {
        match std::fs::read_to_string(self.instance_file()) {
            Ok(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes it the folder of the instance, unless another process was faster: whose it is then.
    pub fn belong_to(&self, instance: Uuid) -> io::Result<Uuid> {
        let whole = self.0.join(format!("instance.{instance}"));
        std::fs::write(&whole, format!("{instance}\n"))?;
        std::fs::File::open(&whole)?.sync_all()?;
        // With its content at once, or not at all.
        let linked = std::fs::hard_link(&whole, self.instance_file());
        std::fs::remove_file(&whole)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(self.instance()?.unwrap_or(instance)),
        }
    }

    pub fn instance_file(&self) -> PathBuf {
        self.0.join("instance")
    }

    /// Whether anything was ever uploaded, reported or imported here.
    pub fn has_files(&self) -> io::Result<bool> {
        for part in PARTS {
            if std::fs::read_dir(self.0.join(part))?.next().is_some() {
                return Ok(true);
            }
        }
        Ok(false)
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

#[cfg(unix)]
fn keep_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = std::fs::metadata(folder)?.permissions().mode();
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    let private = std::fs::Permissions::from_mode(0o700);
    match std::fs::set_permissions(folder, private) {
        // A mounted volume may be somebody else's, with this process in its group.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            tracing::warn!(
                "the data folder can be read by others on this machine, and is not ours to close"
            );
            Ok(())
        }
        closed => closed,
    }
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> std::io::Result<()> {
    Ok(())
}
