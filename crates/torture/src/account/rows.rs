//! Runs, their ledger, their rows and their reports say the same, and what the files' truth says.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::Arc;

use serde_json::json;

use super::records::Run;
use super::{Account, Check};
use crate::database::{Database, each_row};
use crate::faults::rows_file;
use crate::files::{ImportFile, digest, row_digest};
use crate::http::Request;
use crate::world::plain_id;

/// A run's line in the destination.
struct Entry {
    dataset: String,
    seen: u64,
    imported: u64,
    rejected: u64,
    inserted: u64,
}

impl Account<'_> {
    pub(super) fn runs_are_true(&mut self) -> Check {
        let mut check = Check::new("every run ended in a state that is true");
        let corrected = corrected_records(&self.runs);
        for run in &self.runs {
            check.that(run.is_final() && run.claimed_by.is_empty(), || {
                format!(
                    "run {} is {} and held by `{}`",
                    run.id, run.status, run.claimed_by
                )
            });
            let expected = corrected.get(&*run.id).copied().unwrap_or_default();
            check.that(run.corrected == expected, || {
                format!(
                    "run {}: {expected} records were corrected, it says {}",
                    run.id, run.corrected
                )
            });
            if run.is_successful() {
                let missing = run.rejected - run.corrected;
                check.that((missing == 0) == (run.status == "completed"), || {
                    format!("run {} is {}: {run:?}", run.id, run.status)
                });
            } else {
                check.that(run.imported == 0, || {
                    format!("run {} is {} with rows", run.id, run.status)
                });
            }
            if !(run.is_successful() || run.fits_nothing()) {
                continue;
            }
            let Some(file) = self
                .files
                .get(&run.upload)
                .map(|file| self.world.file(*file))
            else {
                check.that(false, || {
                    format!(
                        "run {} read upload {}, which nobody sent",
                        run.id, run.upload
                    )
                });
                continue;
            };
            let counts = (run.seen, run.imported, run.rejected);
            let truth = (file.records, file.imported(), file.rejected);
            check.that(counts == truth, || {
                format!(
                    "run {} ({}): counts {counts:?}, the file has {truth:?}",
                    run.id, run.status
                )
            });
        }
        check
    }

    /// The runs whose rows are in have one entry each, and no other has one.
    pub(super) fn ledger(&mut self) -> Check {
        let mut check = Check::new("the ledger has the runs whose rows are in, and no other");
        for namespace in &self.world.namespaces {
            let entries = check.got(self.ledger_of(&namespace.id), &namespace.slug);
            let Some(mut entries) = entries else {
                continue;
            };
            for run in self.runs.iter().filter(|run| run.namespace == namespace.id) {
                let entry = entries.remove(&run.id);
                if run.imported > 0 {
                    let agrees = entry.as_ref().is_some_and(|entry| {
                        (entry.seen, entry.imported, entry.rejected)
                            == (run.seen, run.imported, run.rejected)
                            && entry.dataset == run.dataset
                            && entry.inserted <= entry.imported
                    });
                    check.that(agrees, || {
                        format!(
                            "run {} is {} with {} rows, and the ledger does not agree",
                            run.id, run.status, run.imported
                        )
                    });
                } else {
                    check.that(entry.is_none(), || {
                        let rows = entry.map_or(0, |entry| entry.imported);
                        format!(
                            "run {} is {}, and the ledger has its {rows} rows",
                            run.id, run.status
                        )
                    });
                }
            }
            for run in entries.keys() {
                check.that(false, || {
                    format!("the ledger knows run {run}, the database does not")
                });
            }
        }
        check
    }

    /// Each table holds the rows of its runs' files: all, none twice, unchanged.
    pub(super) fn rows(&mut self) -> Check {
        let mut check = Check::new("tables hold the rows of their runs, each once");
        for namespace in self.world.namespaces.clone() {
            let told = self.call("datasets", &json!({ "namespace": namespace.slug }));
            let Some(told) = check.got(told, &namespace.slug) else {
                continue;
            };
            for dataset in told.as_array().into_iter().flatten() {
                let name = dataset["name"].as_str().unwrap_or_default();
                let told = dataset["rows"].as_u64();
                let keyed = dataset["fields"][0]["key"] == true;
                let runs: Vec<&Run> = self
                    .runs
                    .iter()
                    .filter(|run| {
                        run.namespace == namespace.id && run.dataset == name && run.imported > 0
                    })
                    .collect();
                let held = Table::read(self.world.data.as_path(), &namespace.id, name);
                let Some(held) = check.got(held, name) else {
                    continue;
                };
                check.that(told.is_none_or(|told| told == held.rows), || {
                    format!(
                        "{}/{name}: HTTP says {told:?} rows, the table has {}",
                        namespace.slug, held.rows
                    )
                });
                // One of a file that nobody sent is told of elsewhere.
                let files: Vec<_> = runs.iter().filter_map(|run| self.file_of(run)).collect();
                let difference = if keyed {
                    differs_by_key(&files, &held.digests)
                } else {
                    differs_by_count(&files, &held.digests)
                };
                check.compared += held.rows;
                if let Some(difference) = difference {
                    check.differences.push(format!(
                        "{}/{name}: {difference}; runs: {}",
                        namespace.slug,
                        ids(&runs)
                    ));
                }
            }
        }
        check
    }

    /// On disk and over HTTP: the rejected records byte for byte, and a line for each in the explained one.
    pub(super) fn reports(&mut self) -> Check {
        let mut check = Check::new("reports are those of the files' known rejections");
        for run in self.runs.clone() {
            if !(run.is_successful() || run.fits_nothing()) {
                continue;
            }
            let Some(file) = self
                .files
                .get(&run.upload)
                .map(|file| self.world.file(*file))
            else {
                continue;
            };
            if file.rejected == 0 {
                continue;
            }
            let folder = fs::read_dir(self.world.data.join("reports"))
                .into_iter()
                .flatten()
                .flatten()
                .find(|entry| plain_id(&entry.file_name().to_string_lossy()) == run.id);
            let on_disk =
                folder.map(|folder| fs::read(folder.path().join("exact")).unwrap_or_default());
            check.that(on_disk.as_deref() == Some(&*file.exact), || {
                format!(
                    "run {}: the exact report on disk is not the {} bytes of the rejected records",
                    run.id,
                    file.exact.len()
                )
            });
            for (kind, expected) in [("exact", None), ("explained.csv", Some(file.rejected))] {
                // Offered while records are missing.
                if run.rejected == run.corrected {
                    break;
                }
                let path = format!(
                    "/n/{}/runs/{}/report/{kind}",
                    self.slug(&run.namespace),
                    run.id
                );
                let request = Request {
                    session: Some(self.session),
                    ..Request::get(&path)
                };
                let server = self.world.any_server(&mut self.random);
                let answer = self.world.send(server, "download a report", &request);
                let answer = answer.map_err(|failure| format!("{failure:?}"));
                let Some(answer) = check.got(answer, &path) else {
                    continue;
                };
                match expected {
                    None => check.that(answer.body == file.exact, || {
                        format!(
                            "{path}: {} bytes are not those of the rejected records",
                            answer.body.len()
                        )
                    }),
                    Some(rejected) => {
                        // A run of which nothing fits has a line of its own that says so.
                        let lines = explained_records(&answer.text()).len() as u64;
                        check.that(lines == rejected, || {
                            format!(
                                "{path}: {lines} records are explained, {rejected} are rejected"
                            )
                        });
                    }
                }
            }
        }
        check
    }

    fn ledger_of(&self, namespace: &str) -> Result<HashMap<String, Entry>, String> {
        let Some(file) = rows_file(&self.world.data, namespace) else {
            return Ok(HashMap::new());
        };
        let database = Database::Sqlite(file);
        let there = database.rows("SELECT name FROM sqlite_master WHERE name = 'weir_ledger'")?;
        if there.is_empty() {
            return Ok(HashMap::new());
        }
        // An entry without rows tells that a run was given up.
        let rows = database.rows("SELECT * FROM weir_ledger WHERE imported > 0")?;
        let number = super::records::number;
        Ok(rows
            .iter()
            .map(|row| {
                let entry = Entry {
                    dataset: super::records::text(row, "dataset"),
                    seen: number(row, "seen"),
                    imported: number(row, "imported"),
                    rejected: number(row, "rejected"),
                    inserted: number(row, "inserted"),
                };
                (plain_id(&super::records::text(row, "run")), entry)
            })
            .collect())
    }

    fn file_of(&self, run: &Run) -> Option<Arc<ImportFile>> {
        self.files
            .get(&run.upload)
            .map(|file| self.world.file(*file))
    }
}

/// A dataset's table, by the digests of its rows and keys.
struct Table {
    rows: u64,
    digests: Vec<(u64, u64)>,
}

impl Table {
    fn read(data: &std::path::Path, namespace: &str, name: &str) -> Result<Self, String> {
        let mut digests = Vec::new();
        if let Some(file) = rows_file(data, namespace) {
            let database = Database::Sqlite(file.clone());
            let there = database.rows(&format!(
                "SELECT name FROM sqlite_master WHERE name = '{name}'"
            ))?;
            if !there.is_empty() {
                let query = format!("SELECT email, last_name, country, birthdate FROM \"{name}\"");
                each_row(&file, &query, |cells| {
                    if let [email, last_name, country, birthdate] = *cells {
                        digests.push((
                            row_digest([email, last_name, country, birthdate]),
                            digest(email),
                        ));
                    } else {
                        digests.push((0, 0));
                    }
                })?;
            }
        }
        Ok(Self {
            rows: digests.len() as u64,
            digests,
        })
    }
}

/// Of each run: how many of its rejected records went in, by runs that correct it, and by runs that correct those.
fn corrected_records(runs: &[Run]) -> HashMap<&str, u64> {
    let corrects: HashMap<&str, &str> = runs
        .iter()
        .filter(|run| !run.corrects.is_empty())
        .map(|run| (&*run.id, &*run.corrects))
        .collect();
    let mut corrected = HashMap::new();
    for run in runs {
        let mut at = &*run.id;
        while let Some(&of) = corrects.get(at) {
            *corrected.entry(of).or_default() += run.imported;
            at = of;
        }
    }
    corrected
}

/// Rows that are inserted: as often as runs have brought them. `held`: digests of rows and of their keys.
fn differs_by_count(files: &[Arc<ImportFile>], held: &[(u64, u64)]) -> Option<String> {
    let mut wanted: HashMap<u64, i64> = HashMap::new();
    for row in files.iter().flat_map(|file| &file.rows) {
        *wanted.entry(*row).or_default() += 1;
    }
    for (row, _) in held {
        *wanted.entry(*row).or_default() -= 1;
    }
    let missing: i64 = wanted.values().filter(|count| **count > 0).sum();
    let surplus: i64 = -wanted.values().filter(|count| **count < 0).sum::<i64>();
    (missing > 0 || surplus > 0)
        .then(|| format!("{missing} rows are missing, {surplus} are too many or changed"))
}

/// Rows that are matched: one for each key that a run has brought, as one of the runs has brought it.
fn differs_by_key(files: &[Arc<ImportFile>], held: &[(u64, u64)]) -> Option<String> {
    let keys: HashSet<u64> = files.iter().flat_map(|file| &file.keys).copied().collect();
    let rows: HashSet<u64> = files.iter().flat_map(|file| &file.rows).copied().collect();
    let here: HashSet<u64> = held.iter().map(|(_, key)| *key).collect();
    let missing = keys.difference(&here).count();
    let strange = here.difference(&keys).count();
    let changed = held.iter().filter(|(row, _)| !rows.contains(row)).count();
    let twice = held.len() - here.len();
    (missing + strange + changed + twice > 0).then(|| {
        format!(
            "keys: {missing} missing, {strange} of no run, {twice} twice; {changed} rows changed"
        )
    })
}

/// The numbers of the records that an explained report tells of. A cell in quotes may hold line ends.
fn explained_records(report: &str) -> HashSet<u64> {
    let mut records = HashSet::new();
    let mut quoted = false;
    let mut line = String::new();
    for character in report.chars() {
        match character {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                if let Some(record) = line.split(',').next().and_then(|cell| cell.parse().ok()) {
                    records.insert(record);
                }
                line.clear();
                continue;
            }
            _ => {}
        }
        line.push(character);
    }
    records
}

fn ids(runs: &[&Run]) -> String {
    let ids: Vec<&str> = runs.iter().map(|run| &*run.id).collect();
    ids.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two runs of the same two rows.
    fn files() -> Vec<Arc<ImportFile>> {
        let file = ImportFile {
            rows: vec![1, 2],
            keys: vec![10, 20],
            ..ImportFile::empty()
        };
        let file = Arc::new(file);
        vec![Arc::clone(&file), file]
    }

    #[test]
    fn inserted_rows_are_there_as_often_as_runs_brought_them() {
        let whole = [(1, 10), (1, 10), (2, 20), (2, 20)];
        assert_eq!(differs_by_count(&files(), &whole), None);
        let difference = |held: &[_]| differs_by_count(&files(), held).unwrap();
        assert!(difference(&whole[1..]).contains("1 rows are missing, 0 are too many"));
        assert!(
            difference(&[&whole[..], &whole[..1]].concat())
                .contains("0 rows are missing, 1 are too many")
        );
        assert!(
            difference(&[(3, 10), (1, 10), (2, 20), (2, 20)])
                .contains("1 rows are missing, 1 are too many")
        );
    }

    #[test]
    fn matched_rows_are_there_once_as_a_run_brought_them() {
        assert_eq!(differs_by_key(&files(), &[(1, 10), (2, 20)]), None);
        for (held, said) in [
            (vec![(1, 10)], "1 missing"),
            (vec![(1, 10), (2, 20), (2, 30)], "1 of no run"),
            (vec![(1, 10), (2, 20), (2, 20)], "1 twice"),
            (vec![(1, 10), (9, 20)], "1 rows changed"),
        ] {
            let difference = differs_by_key(&files(), &held).unwrap();
            assert!(difference.contains(said), "{held:?}: {difference}");
        }
    }

    #[test]
    fn line_ends_in_quotes_end_no_record_of_an_explained_report() {
        let report =
            "\u{feff}record,line\r\n1,2,\"a \"\"b\"\"\n7,8\"\r\n1,2,c\r\n,,,reason\r\n30,31,d\r\n";
        assert_eq!(explained_records(report), HashSet::from([1, 30]));
    }
}
