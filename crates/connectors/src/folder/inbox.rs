//! One local folder. Links are never followed out of it: what is opened is compared with what lies under its real path.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use domain::folder::{EntryName, FoundFile, Subfolder};
use domain::time::Timestamp;

use crate::inbox::{Inbox, InboxError};

/// What the file systems of Linux take.
const NAME_BYTES_AT_MOST: usize = 255;

pub(super) struct FolderInbox {
    /// Both without links.
    root: PathBuf,
    place: PathBuf,
}

impl FolderInbox {
    pub(super) fn new(root: PathBuf, place: PathBuf) -> Self {
        Self { root, place }
    }

    /// The path of the file as it was listed; `None`: it is gone.
    fn unchanged(&self, file: &FoundFile) -> Result<Option<PathBuf>, InboxError> {
        let path = self.place.join(&file.name);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if found(file.name.clone(), &metadata).as_ref() == Some(file) => {
                Ok(Some(path))
            }
            Ok(_) => Err(InboxError::Changed),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Made where it is missing, name by name, so that no link is followed while it is made.
    fn make_folder(&self, subfolder: &Subfolder) -> Result<PathBuf, InboxError> {
        let mut path = self.place.clone();
        for name in subfolder.names() {
            let next = path.join(name);
            match fs::create_dir(&next) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
            path = fs::canonicalize(&next)?;
            if !path.starts_with(&self.root) {
                return Err(InboxError::LeadsOut {
                    place: subfolder.to_string(),
                });
            }
        }
        Ok(path)
    }
}

impl Inbox for FolderInbox {
    fn list(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FoundFile>, InboxError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.place)? {
            let entry = entry?;
            // A name that is not text cannot be shown, stored or matched: [`Inbox::names`] tells of it.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if !wanted(&name) {
                continue;
            }
            match entry.metadata() {
                Ok(metadata) => files.extend(found(name, &metadata)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(files)
    }

    fn names(&mut self, at_most: usize) -> Result<Vec<EntryName>, InboxError> {
        let entries = fs::read_dir(&self.place)?.take(at_most);
        let name = |entry: std::io::Result<fs::DirEntry>| {
            let name = entry?.file_name();
            Ok(EntryName {
                is_text: name.to_str().is_some(),
                name: name.to_string_lossy().into_owned(),
            })
        };
        entries.map(name).collect()
    }

    fn open(&mut self, file: &FoundFile) -> Result<Box<dyn Read + Send>, InboxError> {
        let path = self.unchanged(file)?.ok_or(InboxError::Changed)?;
        let opened = File::open(&path)?;
        // Whoever may write into the folder could have put a link in its place, or in that of a folder above.
        let is_in_place = fs::canonicalize(&path)? == path
            && is_same(&opened.metadata()?, &fs::symlink_metadata(&path)?);
        if is_in_place && self.unchanged(file)?.is_some() {
            Ok(Box::new(opened))
        } else {
            Err(InboxError::Changed)
        }
    }

    fn set_aside(&mut self, file: &FoundFile, into: &Subfolder) -> Result<(), InboxError> {
        let Some(path) = self.unchanged(file)? else {
            return Ok(());
        };
        let folder = self.make_folder(into)?;
        fs::rename(path, free_name(&folder, &file.name))?;
        Ok(())
    }

    fn delete(&mut self, file: &FoundFile) -> Result<(), InboxError> {
        if let Some(path) = self.unchanged(file)? {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// `None`: no plain file.
fn found(name: String, metadata: &Metadata) -> Option<FoundFile> {
    let modified = metadata.modified().ok()?;
    let milliseconds = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).ok()?,
        Err(before) => -i64::try_from(before.duration().as_millis()).ok()?,
    };
    metadata.is_file().then_some(FoundFile {
        name,
        size_bytes: metadata.len(),
        modified_at: Timestamp(milliseconds),
    })
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    other.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// `orders.csv`, `orders (2).csv`, `orders (3).csv`: the first that is not taken.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    };
    let mut path = folder.join(name);
    let mut number = 2;
    while path.symlink_metadata().is_ok() {
        let number_text = format!(" ({number}){ending}");
        let most = NAME_BYTES_AT_MOST.saturating_sub(number_text.len());
        let stem = &stem[..stem.floor_char_boundary(most)];
        path = folder.join(format!("{stem}{number_text}"));
        number += 1;
    }
    path
}
