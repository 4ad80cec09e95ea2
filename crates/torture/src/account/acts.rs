//! Every acknowledged act is there.

use std::collections::{HashMap, HashSet};
use std::fs;

use serde_json::json;

use super::{Account, Check, records};
use crate::files::sha256_of;
use crate::journal::Act;
use crate::world::plain_id;

impl Account<'_> {
    /// Those who have signed in are signed in, and those who have signed out are not.
    pub(super) fn sessions(&mut self) -> Check {
        let mut check =
            Check::new("sessions that were acknowledged are open, and ended ones are not");
        let mut open: HashMap<&String, Option<bool>> = HashMap::new();
        for act in &self.acts {
            match act {
                Act::SignedIn { session } => open.insert(session, Some(true)),
                Act::SignedOut { session } => open.insert(session, Some(false)),
                Act::Unanswered { act, subject } if *act == "sign out" => {
                    open.insert(subject, None)
                }
                _ => None,
            };
        }
        let open: Vec<(String, bool)> = open
            .into_iter()
            .filter_map(|(session, open)| Some((session.clone(), open?)))
            .collect();
        for (session, open) in open {
            for server in &self.world.servers {
                let told = self.world.call(server, &session, "session", &json!({}));
                let told = check.got(told.map_err(|failure| format!("{failure:?}")), "session");
                if let Some(told) = told {
                    check.that(told.is_object() == open, || {
                        let begin: String = session.chars().take(8).collect();
                        format!(
                            "session {begin}…: should be open: {open}; {} says {told}",
                            server.name
                        )
                    });
                }
            }
        }
        check
    }

    pub(super) fn jobs(&mut self) -> Check {
        let mut check = Check::new("jobs, their set-ups and states are as acknowledged");
        // What was done to a job last, and whether it was acknowledged.
        let mut last: HashMap<String, &Act> = HashMap::new();
        for act in &self.acts {
            let subject = match act {
                Act::JobCreated {
                    job,
                    name,
                    namespace,
                } => {
                    let found = self.jobs.get(&plain_id(job));
                    check.that(
                        found.is_some_and(|found| {
                            found.name == *name && self.slug(&found.namespace) == *namespace
                        }),
                        || format!("job {job} `{name}` was created; there is {found:?}"),
                    );
                    job
                }
                Act::StepSaved { job, version } => {
                    let found = self.jobs.get(&plain_id(job));
                    check.that(found.is_some_and(|found| found.version >= *version), || {
                        format!("job {job} was saved at version {version}; there is {found:?}")
                    });
                    job
                }
                Act::Activated { job, .. } => {
                    let found = self.jobs.get(&plain_id(job));
                    check.that(found.is_some_and(|found| found.is_set_up), || {
                        format!("job {job} was activated; there is {found:?}")
                    });
                    job
                }
                Act::RunRequested { job }
                | Act::RunRequestedWithFile { job, .. }
                | Act::Retried { job, .. }
                | Act::Corrected { job, .. }
                | Act::CancelRequested { job, .. }
                | Act::Paused { job }
                | Act::Reactivated { job } => job,
                Act::Unanswered { subject, .. } => subject,
                _ => continue,
            };
            last.insert(plain_id(subject), act);
        }
        for (job, act) in last {
            if !matches!(act, Act::Paused { .. }) {
                continue;
            }
            let status = self.jobs.get(&job).map(|job| &*job.status);
            check.that(matches!(status, Some("paused" | "completed")), || {
                format!("job {job} was paused last, and is {status:?}")
            });
        }
        check
    }

    pub(super) fn datasets(&mut self) -> Check {
        let mut check = Check::new("datasets that were acknowledged are there");
        for namespace in &self.world.namespaces.clone() {
            let told = self.call("datasets", &json!({ "namespace": namespace.slug }));
            let Some(told) = check.got(told, &namespace.slug) else {
                continue;
            };
            let names: HashSet<&str> = told
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|dataset| dataset["name"].as_str())
                .collect();
            for act in &self.acts {
                if let Act::DatasetCreated {
                    namespace: slug,
                    name,
                    ..
                } = act
                    && *slug == namespace.slug
                {
                    check.that(names.contains(&**name), || {
                        format!("dataset `{name}` of {slug} is not there")
                    });
                }
            }
        }
        check
    }

    /// Each has at least the bytes that were acknowledged, and these are the right ones.
    pub(super) fn uploads(&mut self) -> Check {
        let mut check = Check::new("uploads hold the bytes that were acknowledged");
        let mut received: HashMap<String, u64> = HashMap::new();
        let mut whole = HashSet::new();
        for act in &self.acts {
            match act {
                Act::ChunkTaken {
                    upload,
                    received: bytes,
                } => {
                    let known = received.entry(plain_id(upload)).or_default();
                    *known = (*known).max(*bytes);
                }
                Act::UploadWhole { upload } => {
                    whole.insert(plain_id(upload));
                }
                _ => {}
            }
        }
        for act in &self.acts {
            let Act::UploadAnnounced {
                upload,
                file,
                bytes,
                ..
            } = act
            else {
                continue;
            };
            let id = plain_id(upload);
            let Some(found) = self.uploads.get(&id) else {
                check.that(false, || {
                    format!("upload {upload} was announced and is gone")
                });
                continue;
            };
            let taken = received.get(&id).copied().unwrap_or_default();
            check.that(found.bytes == *bytes && found.received >= taken, || {
                format!("upload {upload}: {taken} of {bytes} bytes were acknowledged; there is {found:?}")
            });
            let file = self.world.file(*file);
            let path = self.world.data.join("uploads").join(upload);
            if whole.contains(&id) {
                let expected = file
                    .sha256_of_beginning(*bytes)
                    .map_err(|error| error.to_string());
                let on_disk = sha256_of(&path).map_err(|error| error.to_string());
                check.that(
                    expected.as_ref() == Ok(&found.sha256) && on_disk == expected,
                    || format!("upload {upload}: {expected:?} was sent, the database has {found:?}, the disk {on_disk:?}"),
                );
            } else if taken > 0 {
                let sent = file.read(0, taken).unwrap_or_default();
                let kept = fs::read(&path).unwrap_or_default();
                check.that(kept.starts_with(&sent), || {
                    format!("upload {upload}: its first {taken} bytes are not those that were sent")
                });
            }
        }
        check
    }

    /// Every run that somebody was told of, and not more of them than were asked for.
    pub(super) fn runs_asked_for(&mut self) -> Check {
        let mut check = Check::new("runs that were asked for are there, once");
        let known: HashMap<&str, &records::Run> =
            self.runs.iter().map(|run| (&*run.id, run)).collect();
        // Of each job: Run now that was acknowledged, and what may have been taken beside it.
        let mut manual: HashMap<String, (u64, u64)> = HashMap::new();
        for act in &self.acts {
            match act {
                Act::Activated { run: Some(run), .. } => {
                    check.that(known.contains_key(&*plain_id(run)), || {
                        format!("run {run} of an activation is not there")
                    });
                }
                Act::Retried { run, .. } => {
                    let found = known.get(&*plain_id(run));
                    check.that(found.is_some_and(|found| found.origin == "retry"), || {
                        format!("run {run} of a retry: there is {found:?}")
                    });
                }
                Act::Corrected {
                    run, by, upload, ..
                } => {
                    let found = known.get(&*plain_id(by));
                    let is_it = |found: &&records::Run| {
                        found.corrects == plain_id(run) && found.upload == plain_id(upload)
                    };
                    check.that(found.copied().is_some_and(|found| is_it(&found)), || {
                        format!("run {by} that corrects {run}: there is {found:?}")
                    });
                }
                Act::CancelRequested { run, .. } => {
                    let found = known.get(&*plain_id(run));
                    check.that(
                        found.is_some_and(|found| {
                            found.cancel_requested || found.status == "cancelled"
                        }),
                        || format!("run {run} was cancelled; there is {found:?}"),
                    );
                }
                Act::RunRequested { job } => manual.entry(plain_id(job)).or_default().0 += 1,
                Act::RunRequestedWithFile { job, upload } => {
                    manual.entry(plain_id(job)).or_default().0 += 1;
                    let upload = plain_id(upload);
                    let is_it = |run: &records::Run| run.upload == upload && run.origin == "manual";
                    check.that(self.runs.iter().any(is_it), || {
                        format!("job {job} was run with upload {upload}; no run has it")
                    });
                }
                Act::Unanswered { act, subject } if act.starts_with("run ") => {
                    manual.entry(plain_id(subject)).or_default().1 += 1;
                }
                _ => {}
            }
        }
        for (job, (acknowledged, unanswered)) in manual {
            let runs = self
                .runs
                .iter()
                .filter(|run| run.job == job && run.origin == "manual");
            let runs = runs.count() as u64;
            check.that(
                (acknowledged..=acknowledged + unanswered).contains(&runs),
                || {
                    format!(
                        "job {job} has {runs} runs by hand; {acknowledged} were acknowledged, {unanswered} not answered"
                    )
                },
            );
        }
        check
    }

    /// Each file has its record, and each record the file that it needs.
    pub(super) fn files_of_the_folder(&mut self) -> Check {
        let mut check = Check::new("no file is astray");
        let mut there = HashSet::new();
        // A file is made before its record: what was not answered may have left an empty one, which clean-up finds.
        let unanswered = self.acts.iter().filter(
            |act| matches!(act, Act::Unanswered { act, .. } if *act == "announce an upload"),
        );
        let mut may_be_left = unanswered.count();
        for entry in fs::read_dir(self.world.data.join("uploads"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let known = self.uploads.get(&plain_id(&name));
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            let is_left = known.is_none() && bytes == 0 && may_be_left > 0;
            may_be_left -= usize::from(is_left);
            check.that(
                is_left || known.is_some_and(|known| !known.is_removed),
                || format!("uploads/{name} has no record"),
            );
            there.insert(plain_id(&name));
        }
        for (id, upload) in &self.uploads {
            check.that(upload.is_removed || there.contains(id), || {
                format!("upload {id} has no file")
            });
        }
        let runs: HashSet<&str> = self.runs.iter().map(|run| &*run.id).collect();
        for entry in fs::read_dir(self.world.data.join("reports"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            check.that(runs.contains(&*plain_id(&name)), || {
                format!("reports/{name} belongs to no run, or is half done")
            });
        }
        check
    }
}
