//! What people do while faults happen. An editor does one act after the other, and writes each that is acknowledged into the
//! journal before the next.

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use fixtures::Shape;
use fixtures::random::SplitMix64;
use serde_json::{Value, json};

use crate::files::ImportFile;
use crate::http::Request;
use crate::journal::Act;
use crate::world::{Dataset, Failure, PASSWORD, World, lock};

const FIELDS: &str = include_str!("../../../fixtures/customers/fields.json");
const MAPPING: &str = include_str!("../../../fixtures/customers/mapping.json");

/// Until an act that several calls make up is given up.
const PATIENCE: Duration = Duration::from_secs(45);
/// How many jobs an editor has at most: what comes later is done with those.
const MOST_JOBS: usize = 10;

/// How much the load asks of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Volume {
    /// Records of a medium file.
    pub medium: (u32, u32),
    /// Of 100 files, so many are medium ones.
    pub medium_share: u32,
}

#[derive(Debug)]
pub struct Editor<'a> {
    world: &'a World,
    random: SplitMix64,
    email: &'a str,
    session: Option<String>,
    /// Slug of the one that they work in.
    namespace: &'a str,
    jobs: Vec<OwnJob>,
    named: u32,
    number: usize,
    volume: Volume,
}

#[derive(Debug, Clone)]
struct OwnJob {
    /// Its slug.
    namespace: String,
    id: String,
}

/// An act that was not acknowledged, or is not possible now; the editor does something else.
#[derive(Debug)]
struct GivenUp;

type Done<T = ()> = Result<T, GivenUp>;

impl<'a> Editor<'a> {
    pub fn new(world: &'a World, number: usize, seed: u64, volume: Volume) -> Self {
        Self {
            world,
            random: SplitMix64::new(seed),
            email: &world.people[1 + number],
            session: None,
            namespace: &world.namespaces[number % world.namespaces.len()].slug,
            jobs: Vec::new(),
            named: 0,
            number,
            volume,
        }
    }

    /// Until the round ends.
    pub fn work(&mut self) {
        while self.world.is_going() {
            let chance = self.random.below(100);
            let done = match chance {
                _ if self.session.is_none() => self.sign_in(),
                0..14 => self.import_something(),
                14..30 => self.run_now(),
                30..42 => self.run_with_new_file(),
                42..60 => self.go_on_with_a_run(),
                60..66 => self.act_on_job("pause"),
                66..76 => self.act_on_job("reactivate"),
                76..79 => self.sign_out(),
                79..90 => self.look(),
                _ => self.download_reports(),
            };
            let wait = if done.is_ok() { 150 } else { 400 };
            let wait = u64::from(self.random.below(wait));
            self.world.pause(Duration::from_millis(wait));
        }
    }

    fn sign_in(&mut self) -> Done {
        let server = self.world.any_server(&mut self.random);
        let fields = [("email", self.email), ("password", PASSWORD)];
        let answer = self.world.submit(server, None, "sign_in", &fields);
        match answer {
            Ok(answer) => {
                let session = answer.session.ok_or(GivenUp)?;
                self.world.journal.note(Act::SignedIn {
                    session: session.clone(),
                });
                self.session = Some(session);
                Ok(())
            }
            Err(failure) => self.failed("sign in", self.email, &failure),
        }
    }

    fn sign_out(&mut self) -> Done {
        let session = self.session.take().ok_or(GivenUp)?;
        let server = self.world.any_server(&mut self.random);
        match self.world.submit(server, Some(&session), "sign_out", &[]) {
            Ok(_) => {
                self.world.journal.note(Act::SignedOut { session });
                Ok(())
            }
            Err(failure) => self.failed("sign out", &session, &failure),
        }
    }

    /// Everything from a new job to its first run.
    fn import_something(&mut self) -> Done {
        if self.jobs.len() >= MOST_JOBS {
            return self.run_with_new_file();
        }
        let namespace = self.namespace.to_owned();
        let dataset = self.choose_dataset(&namespace)?;
        let name = self.new_name("Job");
        let input = json!({ "namespace": namespace, "name": name });
        let job = self.change("create_job", &input, &name)?;
        let job = text(&job)?;
        self.world.journal.note(Act::JobCreated {
            namespace: namespace.clone(),
            job: job.clone(),
            name: name.clone(),
        });
        let method = if dataset.keyed { "upsert" } else { "insert" };
        self.save(
            &namespace,
            &job,
            &json!({ "basics": { "name": name, "dataset": dataset.id, "method": method } }),
        )?;
        self.save(&namespace, &job, &json!({ "source": null }))?;
        let file = self.new_file()?;
        let known = self.world.file(file);
        let sample = self.upload(&namespace, file, known.sample_bytes)?;
        let mapping: Value = serde_json::from_str(MAPPING).expect("the fixture is JSON");
        let dialect = json!({
            "encoding": "utf-8", "delimiter": ",", "quote": "\"", "escape": "doubled", "header": "present",
            "preamble_rows": 0
        });
        let step = json!({ "sample": {
            "upload": sample, "file_bytes": known.bytes, "dialect": dialect, "mapping": mapping
        } });
        self.save(&namespace, &job, &step)?;
        self.until(|editor| {
            let setup = editor.ask("setup", &json!({ "namespace": namespace, "job": job }))?;
            match setup["status"].as_str() {
                Some("sampling") => Ok(None),
                Some("draft") => Ok(Some(())),
                _ => Err(GivenUp),
            }
        })?;
        let schedule = if self.random.happens(5_000) {
            json!({ "when": "now" })
        } else {
            json!({ "when": "at", "date": "2099-12-01", "time": "06:00", "time_zone": "UTC" })
        };
        self.save(&namespace, &job, &json!({ "schedule": schedule }))?;
        let upload = self.upload(&namespace, file, known.bytes)?;
        let setup = self.ask("setup", &json!({ "namespace": namespace, "job": job }))?;
        let input = json!({
            "namespace": namespace, "job": job, "version": setup["version"], "upload": upload
        });
        let own = OwnJob {
            namespace,
            id: job.clone(),
        };
        // Also where no answer comes: whoever opens the job again finds it activated, or not.
        self.jobs.push(own);
        let run = self.change("activate", &input, &job)?;
        let run = run.as_str().map(str::to_owned);
        self.world.journal.note(Act::Activated { job, run });
        Ok(())
    }

    fn choose_dataset(&mut self, namespace: &str) -> Done<Dataset> {
        let there: Vec<Dataset> = lock(&self.world.datasets)
            .iter()
            .filter(|dataset| dataset.namespace == namespace)
            .cloned()
            .collect();
        if !there.is_empty() && self.random.happens(6_000) {
            return Ok(self.random.pick(&there).clone());
        }
        let keyed = self.random.happens(5_000);
        let name = self.new_name("set").to_lowercase().replace(' ', "_");
        let mut fields: Value = serde_json::from_str(FIELDS).expect("the fixture is JSON");
        fields[0]["key"] = json!(keyed);
        let input =
            json!({ "namespace": namespace, "dataset": { "name": name, "fields": fields } });
        let created = self.change("create_dataset", &input, &name)?;
        self.world.journal.note(Act::DatasetCreated {
            namespace: namespace.to_owned(),
            name: name.clone(),
            keyed,
        });
        let dataset = Dataset {
            namespace: namespace.to_owned(),
            id: text(&created["id"])?,
            name,
            keyed,
        };
        lock(&self.world.datasets).push(dataset.clone());
        Ok(dataset)
    }

    fn save(&mut self, namespace: &str, job: &str, step: &Value) -> Done {
        let setup = self.ask("setup", &json!({ "namespace": namespace, "job": job }))?;
        let input = json!({
            "namespace": namespace, "job": job, "version": setup["version"], "step": step
        });
        let saved = self.change("save_step", &input, job)?;
        let version = saved["version"].as_u64().ok_or(GivenUp)?;
        self.world.journal.note(Act::StepSaved {
            job: job.to_owned(),
            version,
        });
        Ok(())
    }

    fn run_now(&mut self) -> Done {
        let job = self.any_job()?;
        let input = json!({ "namespace": job.namespace, "job": job.id, "action": "run_now" });
        self.change_once("act_on_job", &input, "run now", &job.id)?;
        self.world.journal.note(Act::RunRequested { job: job.id });
        Ok(())
    }

    fn run_with_new_file(&mut self) -> Done {
        let job = self.any_job()?;
        let file = self.new_file()?;
        let bytes = self.world.file(file).bytes;
        let upload = self.upload(&job.namespace, file, bytes)?;
        let input = json!({ "namespace": job.namespace, "job": job.id, "upload": upload });
        self.change_once("run_with_new_file", &input, "run with a new file", &job.id)?;
        self.world.journal.note(Act::RunRequestedWithFile {
            job: job.id,
            upload,
        });
        Ok(())
    }

    fn act_on_job(&mut self, action: &'static str) -> Done {
        let job = self.any_job()?;
        let input = json!({ "namespace": job.namespace, "job": job.id, "action": action });
        self.change_once("act_on_job", &input, action, &job.id)?;
        self.world.journal.note(if action == "pause" {
            Act::Paused { job: job.id }
        } else {
            Act::Reactivated { job: job.id }
        });
        Ok(())
    }

    /// Retries, cancels or corrects a run, as it offers.
    fn go_on_with_a_run(&mut self) -> Done {
        let job = self.any_job()?;
        let runs = self.history(&job)?;
        let offers = |run: &&Value, action: &str| {
            run["actions"]
                .as_array()
                .is_some_and(|actions| actions.contains(&json!(action)))
        };
        let chance = self.random.below(10);
        let action = match chance {
            0..6 => "reimport",
            6..9 => "retry",
            _ => "cancel",
        };
        let offering: Vec<&Value> = runs.iter().filter(|run| offers(run, action)).collect();
        if offering.is_empty() {
            return Err(GivenUp);
        }
        let run = (*self.random.pick(&offering)).clone();
        let id = text(&run["id"])?;
        if action == "reimport" {
            return self.correct(&job, &id);
        }
        let input = json!({ "namespace": job.namespace, "run": id, "action": action });
        let answer = self.change_once("act_on_run", &input, action, &job.id)?;
        self.world.journal.note(if action == "retry" {
            Act::Retried {
                job: job.id,
                run: text(&answer)?,
            }
        } else {
            Act::CancelRequested {
                job: job.id,
                run: id,
            }
        });
        Ok(())
    }

    /// Gives rejected records back: all in the form of the report, or some of those that nobody has given back yet.
    fn correct(&mut self, job: &OwnJob, run: &str) -> Done {
        let to_fix = self.ask("to_fix", &json!({ "namespace": job.namespace, "run": run }))?;
        let rejected = to_fix["run"]["rejected"].as_u64().ok_or(GivenUp)?;
        let given: Vec<(u64, u64)> =
            serde_json::from_value(to_fix["given"].clone()).map_err(|_| GivenUp)?;
        let missing = to_fix["run"]["still_missing"].as_u64().ok_or(GivenUp)?;
        let whole = given.is_empty() && self.random.happens(5_000);
        let (records, ranges) = if whole {
            (missing, None)
        } else {
            let first = (0..rejected)
                .find(|place| given.iter().all(|(from, to)| place < from || place > to))
                .ok_or(GivenUp)?;
            let free_until = given
                .iter()
                .map(|(from, _)| *from)
                .filter(|from| *from > first)
                .min()
                .unwrap_or(rejected);
            let free = u32::try_from(free_until - first).map_err(|_| GivenUp)?;
            let count = 1 + u64::from(self.random.below(free));
            (count, Some([(first, first + count - 1)]))
        };
        if records == 0 {
            return Err(GivenUp);
        }
        let invalid_share = if self.random.happens(3_000) { 2_000 } else { 0 };
        let seed = self.random.next_u64();
        let file = self.generate(Shape {
            seed,
            invalid_share,
            ..Shape::of(records)
        })?;
        let bytes = self.world.file(file).bytes;
        let upload = self.upload(&job.namespace, file, bytes)?;
        let input = json!({
            "namespace": job.namespace, "run": run, "upload": upload, "records": ranges
        });
        let by = self.change_once("reimport", &input, "correct records", &job.id)?;
        self.world.journal.note(Act::Corrected {
            job: job.id.clone(),
            run: run.to_owned(),
            by: text(&by)?,
            upload,
        });
        Ok(())
    }

    /// Reads what people look at; nothing is compared here, for all of it is on the move.
    fn look(&mut self) -> Done {
        let namespace = self.namespace;
        let of_namespace = json!({ "namespace": namespace });
        match self.random.below(5) {
            0 => self.ask("datasets", &of_namespace)?,
            1 => self.ask("usage", &json!({ "namespace": namespace, "month": null }))?,
            2 => {
                let query = json!({ "search": "", "status": null, "after": null });
                self.ask("jobs", &json!({ "namespace": namespace, "query": query }))?
            }
            3 => {
                let there: Vec<Dataset> = lock(&self.world.datasets)
                    .iter()
                    .filter(|dataset| dataset.namespace == namespace)
                    .cloned()
                    .collect();
                if there.is_empty() {
                    return Err(GivenUp);
                }
                let name = &self.random.pick(&there).name;
                self.ask("dataset", &json!({ "namespace": namespace, "name": name }))?
            }
            _ => {
                let job = self.any_job()?;
                self.ask("job", &json!({ "namespace": job.namespace, "job": job.id }))?
            }
        };
        Ok(())
    }

    /// A report that is answered with success is the right one, whatever goes on around it.
    fn download_reports(&mut self) -> Done {
        let job = self.any_job()?;
        let runs = self.history(&job)?;
        let reported: Vec<&Value> = runs
            .iter()
            .filter(|run| run["status"] == "partially_completed" && run["corrected"] == 0)
            .collect();
        if reported.is_empty() {
            return Err(GivenUp);
        }
        let run = *self.random.pick(&reported);
        let id = text(&run["id"])?;
        let name = run["file_name"].as_str().ok_or(GivenUp)?;
        let file = self.world.file_named(name).ok_or(GivenUp)?;
        let session = self.session.clone().ok_or(GivenUp)?;
        for kind in ["exact", "explained.csv"] {
            let path = format!("/n/{}/runs/{id}/report/{kind}", job.namespace);
            let request = Request {
                session: Some(&session),
                ..Request::get(&path)
            };
            let server = self.world.any_server(&mut self.random);
            let answer = self
                .world
                .send(server, "download a report", &request)
                .map_err(|_| GivenUp)?;
            if kind == "exact" && answer.body != file.exact {
                self.world.differs(format!(
                    "the exact report of run {id} has {} bytes that are not the {} of the rejected records",
                    answer.body.len(),
                    file.exact.len()
                ));
            }
        }
        Ok(())
    }

    /// In chunks of any size, sometimes at a wrong offset or cut off; goes on where Weir says that it stands.
    fn upload(&mut self, namespace: &str, file: usize, bytes: u64) -> Done<String> {
        let known = self.world.file(file);
        let session = self.session.clone().ok_or(GivenUp)?;
        let announced = self.until(|editor| {
            let server = editor.world.any_server(&mut editor.random);
            let answer = editor
                .world
                .announce(server, &session, namespace, file, bytes);
            match answer {
                Ok(answer) => Ok(Some(answer)),
                Err(failure @ Failure::Unanswered { .. }) => {
                    let _: Done = editor.failed("announce an upload", namespace, &failure);
                    Ok(None)
                }
                Err(failure) => editor.failed("announce an upload", namespace, &failure),
            }
        })?;
        let upload = text(&announced["id"])?;
        self.world.journal.note(Act::UploadAnnounced {
            namespace: namespace.to_owned(),
            upload: upload.clone(),
            file,
            bytes,
        });
        let path = format!("/n/{namespace}/uploads/{upload}");
        let begun = Instant::now();
        let mut acknowledged = 0;
        // Whether Weir stands where it said last: not after a request that was cut off or not answered.
        let mut certain = true;
        while begun.elapsed() < PATIENCE {
            let state = if certain {
                self.send_chunk(&known, &path, acknowledged, bytes)
            } else {
                let server = self.world.any_server(&mut self.random);
                let request = Request {
                    session: Some(&session),
                    ..Request::get(&path)
                };
                self.world
                    .send(server, "ask for an upload", &request)
                    .map(|answer| serde_json::from_slice(&answer.body).unwrap_or_default())
            };
            let state: Value = match state {
                Ok(state) => state,
                Err(Failure::Unanswered { .. }) => {
                    certain = false;
                    std::thread::sleep(Duration::from_millis(200));
                    continue;
                }
                Err(failure) => {
                    if let Failure::Refused { status: 404, .. } = failure {
                        self.world
                            .differs(format!("upload {upload} was announced and is not found"));
                    }
                    return self.failed("send a chunk", &upload, &failure);
                }
            };
            let Some(received) = state["received_bytes"].as_u64() else {
                certain = false;
                continue;
            };
            certain = true;
            if received < acknowledged {
                self.world.differs(format!(
                    "upload {upload} stands at {received}, {acknowledged} bytes were acknowledged"
                ));
            }
            acknowledged = received;
            self.world.journal.note(Act::ChunkTaken {
                upload: upload.clone(),
                received,
            });
            if state["complete"] == true {
                self.world.journal.note(Act::UploadWhole {
                    upload: upload.clone(),
                });
                return Ok(upload);
            }
        }
        Err(GivenUp)
    }

    /// The state after it, as Weir answers it.
    fn send_chunk(
        &mut self,
        file: &ImportFile,
        path: &str,
        offset: u64,
        bytes: u64,
    ) -> Result<Value, Failure> {
        let unanswered = |text: &str| Failure::Unanswered {
            text: text.to_owned(),
        };
        let left = bytes - offset;
        let size = if left > 100_000 {
            (50_000 + u64::from(self.random.below(4_000_000))).min(left)
        } else {
            left
        };
        let chunk = file
            .read(offset, size)
            .map_err(|error| unanswered(&error.to_string()))?;
        let session = self.session.clone().unwrap_or_default();
        let server = self.world.any_server(&mut self.random);
        let mut request = Request {
            method: "PUT",
            session: Some(&session),
            content_type: Some("application/octet-stream"),
            offset: Some(offset),
            body: &chunk,
            ..Request::get(path)
        };
        let chance = self.random.below(20);
        if chance == 0 {
            let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
            request.cut_after = Some(self.random.below(length) as usize);
        } else if chance == 1 && chunk.len() > 10 {
            request.offset = Some(offset + 7);
            request.body = &chunk[7..];
            return match self
                .world
                .send(server, "a chunk at a wrong offset", &request)
            {
                Ok(_) => {
                    self.world
                        .differs(format!("{path} took a chunk at a wrong offset"));
                    Err(unanswered("taken"))
                }
                Err(Failure::Refused { status: 409, text }) => {
                    Ok(serde_json::from_str(&text).unwrap_or_default())
                }
                Err(failure) => Err(failure),
            };
        }
        match self.world.send(server, "send a chunk", &request) {
            Ok(answer) => Ok(serde_json::from_slice(&answer.body).unwrap_or_default()),
            // It stands elsewhere, or somebody else is sending: the request that was cut off.
            Err(Failure::Refused { status: 409, .. }) => Err(unanswered("elsewhere")),
            Err(failure) => Err(failure),
        }
    }

    fn new_file(&mut self) -> Done<usize> {
        let medium = self.random.happens(100 * self.volume.medium_share);
        let (least, most) = if medium {
            self.volume.medium
        } else {
            (20, 2_000)
        };
        let records = least + self.random.below(most - least);
        let invalid_share = match self.random.below(20) {
            0 if !medium => 10_000,
            1..6 => 0,
            6..10 if !medium => 2_000,
            _ => 100,
        };
        // Few seeds, so that upserts meet rows that are there.
        let seed = u64::from(self.random.below(40));
        self.generate(Shape {
            seed,
            invalid_share,
            ..Shape::of(records.into())
        })
    }

    fn generate(&mut self, shape: Shape) -> Done<usize> {
        self.world.add_file(shape).map_err(|error| {
            self.world.journal.remark(&format!("no file: {error}"));
            GivenUp
        })
    }

    fn new_name(&mut self, what: &str) -> String {
        self.named += 1;
        format!("{what} {} {}", self.number, self.named)
    }

    fn any_job(&mut self) -> Done<OwnJob> {
        if self.jobs.is_empty() {
            return Err(GivenUp);
        }
        Ok(self.random.pick(&self.jobs).clone())
    }

    fn history(&mut self, job: &OwnJob) -> Done<Vec<Value>> {
        let input = json!({ "namespace": job.namespace, "job": job.id, "place": null });
        let history = self.ask("run_history", &input)?;
        history["runs"].as_array().cloned().ok_or(GivenUp)
    }

    /// For what changes nothing: asked again until it is answered.
    fn ask(&mut self, function: &'static str, input: &Value) -> Done<Value> {
        self.until(|editor| match editor.call(function, input) {
            Ok(answer) => Ok(Some(answer)),
            Err(Failure::Unanswered { .. }) => Ok(None),
            Err(failure) => editor.failed(function, "", &failure),
        })
    }

    /// Again until it is answered, as a person does who sees an error. What took effect without an answer is refused then, or
    /// there twice, which is right.
    fn change(&mut self, function: &'static str, input: &Value, subject: &str) -> Done<Value> {
        self.until(|editor| match editor.call(function, input) {
            Ok(answer) => Ok(Some(answer)),
            Err(failure @ Failure::Unanswered { .. }) => {
                let _: Done = editor.failed(function, subject, &failure);
                Ok(None)
            }
            Err(failure) => editor.failed(function, subject, &failure),
        })
    }

    fn change_once(
        &mut self,
        function: &str,
        input: &Value,
        act: &'static str,
        subject: &str,
    ) -> Done<Value> {
        self.call(function, input)
            .or_else(|failure| self.failed(act, subject, &failure))
    }

    fn call(&mut self, function: &str, input: &Value) -> Result<Value, Failure> {
        let server = self.world.any_server(&mut self.random);
        let session = self.session.clone().unwrap_or_default();
        self.world.call(server, &session, function, input)
    }

    /// What may have taken effect is written down; whoever is signed in no longer signs in again.
    fn failed<T>(&mut self, act: &'static str, subject: &str, failure: &Failure) -> Done<T> {
        match failure {
            Failure::Unanswered { .. } => self.world.journal.note(Act::Unanswered {
                act,
                subject: subject.to_owned(),
            }),
            Failure::Refused { status: 401, .. } => {
                if let Some(session) = self.session.take() {
                    self.world.differs(format!(
                        "session {}… of {} was acknowledged and is refused",
                        &session[..8.min(session.len())],
                        self.email
                    ));
                }
            }
            Failure::Refused { status, text } => {
                self.world
                    .journal
                    .remark(&format!("{act} refused: {status} {text}"));
            }
        }
        Err(GivenUp)
    }

    /// Asks again, with a pause, while there is no answer.
    fn until<T>(&mut self, mut attempt: impl FnMut(&mut Self) -> Done<Option<T>>) -> Done<T> {
        let begun = Instant::now();
        loop {
            if let Some(done) = attempt(self)? {
                return Ok(done);
            }
            if begun.elapsed() > PATIENCE {
                return Err(GivenUp);
            }
            std::thread::sleep(Duration::from_millis(250));
        }
    }
}

/// Listens to a namespace's events, and again whenever the stream ends. Within a stream the numbers of changes never fall.
pub fn listen(world: &World, session: &str, seed: u64) -> u64 {
    let mut random = SplitMix64::new(seed);
    let mut heard = 0;
    while world.is_going() {
        let namespace = &random.pick(&world.namespaces).slug;
        let path = format!("/n/{namespace}/events");
        let request = Request {
            session: Some(session),
            ..Request::get(&path)
        };
        let server = world.any_server(&mut random);
        let leave_at = Instant::now() + Duration::from_secs(3 + u64::from(random.below(20)));
        if let Ok(connection) = request.open(server.address()) {
            let mut newest = 0;
            for line in BufReader::new(connection).lines().map_while(Result::ok) {
                if let Some(id) = line.strip_prefix("id: ").and_then(|id| id.parse().ok()) {
                    heard += 1;
                    if id < newest {
                        world.differs(format!("events of {namespace}: {id} after {newest}"));
                    }
                    newest = id;
                }
                if Instant::now() > leave_at || !world.is_going() {
                    break;
                }
            }
        }
        world.pause(Duration::from_millis(300));
    }
    heard
}

fn text(value: &Value) -> Done<String> {
    value.as_str().map(str::to_owned).ok_or(GivenUp)
}
