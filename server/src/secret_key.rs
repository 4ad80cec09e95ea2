//! The key that stored secrets are encrypted with: given, or in a file that nobody but its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use operations::context::Randomness;
use store::secrets::SealingKey;

use crate::config::NoticeConfig;

const KEY_BYTES: usize = 32;
/// Made in the data folder where nothing else is said.
const FILE_NAME: &str = "secret.key";

#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    #[error("the secret key {} cannot be used: 64 hexadecimal digits are expected", origin.display())]
    Malformed { origin: PathBuf },
    #[error("the secret key file {} can be read by others; make it private: chmod 600 {}", path.display(), path.display())]
    Exposed { path: PathBuf },
    #[error("the secret key file {} cannot be read or made", path.display())]
    File { path: PathBuf, source: io::Error },
}

/// The key that was given, else that of the file that was named, else that of the data folder's file, which is made if it
/// is not there.
pub fn load(
    config: &NoticeConfig,
    data_folder: &Path,
    randomness: &dyn Randomness,
) -> Result<SealingKey, SecretKeyError> {
    if let Some(key) = &config.secret_key {
        return parse(key.reveal(), Path::new("WEIR_SECRET_KEY"));
    }
    if let Some(path) = &config.secret_key_file {
        return read(path).map_err(|error| error.of(path));
    }
    let path = data_folder.join(FILE_NAME);
    match read(&path) {
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            make(&path, randomness).map_err(|source| SecretKeyError::File {
                path: path.clone(),
                source,
            })?;
            // Of two processes that start at once the first one's file counts.
            read(&path).map_err(|error| error.of(&path))
        }
        other => other.map_err(|error| error.of(&path)),
    }
}

enum ReadError {
    Io(io::Error),
    Exposed,
    Malformed,
}

impl ReadError {
    fn of(self, path: &Path) -> SecretKeyError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => SecretKeyError::File { path, source },
            Self::Exposed => SecretKeyError::Exposed { path },
            Self::Malformed => SecretKeyError::Malformed { origin: path },
        }
    }
}

fn read(path: &Path) -> Result<SealingKey, ReadError> {
    let mut file = File::open(path).map_err(ReadError::Io)?;
    if is_exposed(&file).map_err(ReadError::Io)? {
        return Err(ReadError::Exposed);
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(ReadError::Io)?;
    parse(&text, path).map_err(|_| ReadError::Malformed)
}

#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// Written aside and linked into place, so that no process finds it half written, and none replaces another's.
fn make(path: &Path, randomness: &dyn Randomness) -> io::Result<()> {
    let mut key = [0; KEY_BYTES];
    randomness.fill(&mut key);
    let mut suffix = [0; 8];
    randomness.fill(&mut suffix);
    let aside = path.with_extension(format!("{:016x}", u64::from_le_bytes(suffix)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(&aside).and_then(|mut file| {
        writeln!(file, "{}", hexadecimal(&key))?;
        file.sync_all()
    });
    let placed = written.and_then(|()| match fs::hard_link(&aside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&aside)?;
    placed
}

fn parse(text: &str, origin: &Path) -> Result<SealingKey, SecretKeyError> {
    let malformed = || SecretKeyError::Malformed {
        origin: origin.to_owned(),
    };
    let digits = text.trim().as_bytes();
    if digits.len() != 2 * KEY_BYTES {
        return Err(malformed());
    }
    let mut key = [0; KEY_BYTES];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let value = |digit: u8| char::from(digit).to_digit(16);
        let (Some(high), Some(low)) = (value(pair[0]), value(pair[1])) else {
            return Err(malformed());
        };
        *byte = u8::try_from(16 * high + low).map_err(|_| malformed())?;
    }
    Ok(SealingKey::new(key))
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Options};
    use crate::system::SystemRandomness;

    fn config() -> NoticeConfig {
        Config::load(Options::default()).unwrap().notices
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let key = load(&config(), folder.path(), &SystemRandomness).unwrap();
        assert_eq!(
            load(&config(), folder.path(), &SystemRandomness).unwrap(),
            key
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let path = folder.path().join(FILE_NAME);
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            let error = load(&config(), folder.path(), &SystemRandomness).unwrap_err();
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn a_given_key_goes_before_the_file_and_must_be_whole() {
        let folder = tempfile::tempdir().unwrap();
        let given = |text: &str| NoticeConfig {
            secret_key: Some(text.parse().unwrap()),
            ..config()
        };
        load(&given(&"0f".repeat(32)), folder.path(), &SystemRandomness).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        for bad in ["", "0f", &"xy".repeat(32), &"é".repeat(32)] {
            let error = load(&given(bad), folder.path(), &SystemRandomness).unwrap_err();
            assert!(
                bad.is_empty() || !error.to_string().contains(bad),
                "{error}"
            );
        }
    }

    #[test]
    fn a_named_file_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let named = NoticeConfig {
            secret_key_file: Some(folder.path().join("none")),
            ..config()
        };
        assert!(load(&named, folder.path(), &SystemRandomness).is_err());
    }
}
