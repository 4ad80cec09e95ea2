//! Files that were uploaded: one per upload in a local folder, named by the upload's id.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use crate::source::{ChosenFile, Source, SourceError, SourceRead};

#[derive(Debug)]
pub struct UploadSource {
    folder: PathBuf,
}

impl UploadSource {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Source for UploadSource {
    fn open(&self, file: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError> {
        let opened = File::open(self.folder.join(file.upload.to_string()));
        let opened = opened.map_err(|error| match error.kind() {
            ErrorKind::NotFound => SourceError::Gone,
            _ => SourceError::Unreadable(error),
        })?;
        let bytes = opened.metadata().map_err(SourceError::Unreadable)?.len();
        if bytes != file.bytes {
            let problem = format!("it has {bytes} bytes, and {} were kept", file.bytes);
            return Err(SourceError::Unreadable(Error::other(problem)));
        }
        Ok(Box::new(opened))
    }
}
