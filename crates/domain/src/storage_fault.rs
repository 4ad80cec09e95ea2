//! What keeps Weir from its own files: a closed list with stable codes.

use std::io;

use serde::{Deserialize, Serialize};

/// `EMFILE` and `ENFILE`, the same number on Linux, the BSDs and macOS; the standard library has no kind for them.
const OUT_OF_DESCRIPTORS: [i32; 2] = [24, 23];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageFault {
    /// No room on the disk of the data folder, or none that Weir may use.
    Full,
    /// The data folder, or a file in it, may not be read or written.
    NotPermitted,
    /// The process, or the machine, has as many files and connections open as it may.
    TooManyOpenFiles,
    /// The disk itself does not do what it should.
    Broken,
}

impl StorageFault {
    /// What the error of an operation on one of Weir's own files means.
    pub fn of(error: &io::Error) -> Self {
        Self::told_by(error).unwrap_or(Self::Broken)
    }

    /// As [`Self::of`], for an error that may as well be somebody else's: `None` where it does not say that it is Weir's disk.
    pub fn told_by(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Some(Self::NotPermitted)
            }
            _ => Self::of_server(error),
        }
    }

    /// Only what is the server's condition whatever it was about to open.
    pub fn of_server(error: &io::Error) -> Option<Self> {
        let number = error.raw_os_error()?;
        OUT_OF_DESCRIPTORS
            .contains(&number)
            .then_some(Self::TooManyOpenFiles)
    }

    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Full => "The disk that Weir keeps its files on is full.",
            Self::NotPermitted => "Weir is not allowed to read or write its own data folder.",
            Self::TooManyOpenFiles => {
                "The server that Weir runs on had too many files and connections open."
            }
            Self::Broken => "Weir could not read or write a file on its own disk.",
        }
    }

    pub(crate) const fn next_step(self) -> &'static str {
        match self {
            Self::Full => {
                "Ask your operator to make room on the disk of Weir's data folder. Weir tries again by itself."
            }
            Self::NotPermitted => {
                "Ask your operator to let Weir read and write its data folder. Weir tries again by itself."
            }
            Self::TooManyOpenFiles => {
                "Nothing, if it passes: Weir tries again. Otherwise ask your operator to raise the limit of open files."
            }
            Self::Broken => {
                "Ask your operator to look at the disk of Weir's data folder: the log has the error. Weir tries again by itself."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::StorageFault;

    #[test]
    fn an_error_of_a_file_says_what_its_operator_has_to_do() {
        let cases = [
            (Error::from_raw_os_error(28), StorageFault::Full),
            (Error::from_raw_os_error(122), StorageFault::Full),
            (Error::from(ErrorKind::StorageFull), StorageFault::Full),
            (Error::from_raw_os_error(13), StorageFault::NotPermitted),
            (Error::from_raw_os_error(30), StorageFault::NotPermitted),
            (Error::from_raw_os_error(24), StorageFault::TooManyOpenFiles),
            (Error::from_raw_os_error(23), StorageFault::TooManyOpenFiles),
            (Error::from_raw_os_error(5), StorageFault::Broken),
            (Error::other("a line of a report"), StorageFault::Broken),
        ];
        for (error, fault) in cases {
            assert_eq!(StorageFault::of(&error), fault, "{error}");
        }
    }

    #[test]
    fn somebody_elses_error_is_not_laid_at_the_door_of_the_disk() {
        let refused = Error::from(ErrorKind::ConnectionRefused);
        assert_eq!(StorageFault::told_by(&refused), None);
        let forbidden = Error::from(ErrorKind::PermissionDenied);
        assert_eq!(StorageFault::of_server(&forbidden), None);
    }
}
