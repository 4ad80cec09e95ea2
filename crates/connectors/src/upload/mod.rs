//! Files that were uploaded: one per upload in a local folder, named by the upload's id.

use std::fs::File;
use std::io::ErrorKind;
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
        match File::open(self.folder.join(file.upload.to_string())) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(SourceError::Gone),
            Err(error) => Err(SourceError::Unreadable(error)),
        }
    }
}
