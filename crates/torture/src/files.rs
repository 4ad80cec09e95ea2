//! Files to import, with the truth about them: how many records fit, which rows they become, and the report that must come out.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs::File;
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use fixtures::{Customers, Shape};
use sha2::{Digest as _, Sha256};

#[derive(Debug)]
pub struct ImportFile {
    pub path: PathBuf,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
    pub records: u64,
    pub rejected: u64,
    /// The *exact* report: the header and the rejected records, byte for byte.
    pub exact: Vec<u8>,
    /// Of each row that it becomes: what [`row_digest`] makes of it.
    pub rows: Vec<u64>,
    /// Of each row: what it is matched by.
    pub keys: Vec<u64>,
    /// A beginning of whole records, for the sample.
    pub sample_bytes: u64,
}

/// Records in a sample.
const SAMPLE_RECORDS: u64 = 200;

impl ImportFile {
    /// Stands for one that is being generated.
    pub fn empty() -> Self {
        Self {
            path: PathBuf::new(),
            bytes: 0,
            sha256: String::new(),
            records: 0,
            rejected: 0,
            exact: Vec::new(),
            rows: Vec::new(),
            keys: Vec::new(),
            sample_bytes: 0,
        }
    }

    pub fn generate(path: PathBuf, shape: Shape) -> io::Result<Self> {
        let records = shape.record_count;
        let mut customers = Customers::new(shape);
        let header = customers.header();
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        let mut sha256 = Sha256::new();
        out.write_all(&header)?;
        sha256.update(&header);
        let mut file = Self {
            path,
            bytes: header.len() as u64,
            records,
            exact: header,
            ..Self::empty()
        };
        let mut record_bytes = Vec::new();
        loop {
            record_bytes.clear();
            let Some(record) = customers.append_next(&mut record_bytes) else {
                break;
            };
            out.write_all(&record_bytes)?;
            sha256.update(&record_bytes);
            file.bytes += record_bytes.len() as u64;
            if record.number <= SAMPLE_RECORDS {
                file.sample_bytes = file.bytes;
            }
            if record.damage.is_some() {
                file.rejected += 1;
                file.exact.extend_from_slice(&record_bytes);
            } else {
                let text = String::from_utf8_lossy(&record_bytes);
                // Only the last column is ever quoted.
                let cells: Vec<&str> = text.split(',').collect();
                file.rows
                    .push(row_digest([cells[0], cells[2], cells[4], cells[5]]));
                file.keys.push(digest(cells[0]));
            }
        }
        out.flush()?;
        file.sha256 = hexadecimal(&sha256.finalize());
        Ok(file)
    }

    pub fn imported(&self) -> u64 {
        self.records - self.rejected
    }

    /// Up to `length` bytes from `offset` on.
    pub fn read(&self, offset: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub fn sha256_of_beginning(&self, bytes: u64) -> io::Result<String> {
        if bytes == self.bytes {
            return Ok(self.sha256.clone());
        }
        Ok(hexadecimal(&Sha256::digest(self.read(0, bytes)?)))
    }
}

/// Of the columns `email`, `last_name`, `country` and `birthdate`, whose cells stand in rows as they do in files.
pub fn row_digest(cells: [&str; 4]) -> u64 {
    digest(&cells.join("\u{1f}"))
}

pub fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&sha256.finalize())),
            length => sha256.update(&buffer[..length]),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
