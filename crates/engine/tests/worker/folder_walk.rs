//! Random walks of files, runs, edits and answers, held against a model of what a file's import is.

use std::collections::BTreeMap;
use std::fs;

use domain::folder::{Afterwards, FolderSource, Repeats, Take};
use domain::id::JobId;
use domain::job::{JobEvent, JobStatus};
use domain::run::RunStatus;
use domain::settings::ImportMethod;
use fixtures::random::SplitMix64;

use crate::folder::{HOUR, put, source};
use crate::instance::Instance;
use crate::repeats::{inserting, pass_over};

const NAMES: [&str; 3] = ["people-1.csv", "people-2.csv", "people-3.csv"];
const STEPS: usize = 30;

/// What the guide says, in the fewest words: a file is its name and its content.
#[derive(Default)]
struct Model {
    /// As they lie there. Which was changed later comes later.
    folder: Vec<(&'static str, Content)>,
    /// Every import, oldest first.
    imports: Vec<(&'static str, Content)>,
    /// What a person or the job did not want, as it lies there.
    passed_over: Vec<(&'static str, Content)>,
    /// What was imported under a name, or was found there to be a repeat.
    known: Vec<(&'static str, Content)>,
    /// Rows, each as often as it is in.
    rows: BTreeMap<String, usize>,
}

/// Lines; with a bad one none of them goes in.
type Content = Vec<&'static str>;

#[derive(Debug, PartialEq)]
enum Expected {
    /// Every file that could be taken was.
    Nothing,
    Asks(&'static str),
    Fails(&'static str),
}

impl Model {
    fn put(&mut self, name: &'static str, content: Content) {
        self.folder.retain(|(other, _)| *other != name);
        self.passed_over.retain(|(other, _)| *other != name);
        self.folder.push((name, content));
    }

    fn is_done(&self, name: &str, content: &Content) -> bool {
        let last = self.imports.iter().rfind(|(other, _)| *other == name);
        last.is_some_and(|(_, last)| last == content)
            || self
                .passed_over
                .iter()
                .any(|(other, its)| *other == name && its == content)
    }

    fn repeats(&self, name: &str, content: &Content) -> bool {
        let grew = |(other, its): &(&str, Content)| *other == name && content.starts_with(its);
        self.imports.iter().any(|(_, other)| other == content) || self.known.iter().any(grew)
    }

    fn import(&mut self, name: &'static str, content: &Content) {
        self.imports.push((name, content.clone()));
        self.known.push((name, content.clone()));
        for row in content {
            *self.rows.entry((*row).replace(',', "=")).or_default() += 1;
        }
    }

    /// All in order, until nothing is left, or something holds the others back.
    fn run(&mut self, repeats: Repeats) -> Expected {
        for (name, content) in self.folder.clone() {
            if self.is_done(name, &content) {
                continue;
            }
            if self.repeats(name, &content) {
                if repeats != Repeats::Import {
                    self.known.push((name, content.clone()));
                }
                match repeats {
                    Repeats::PassOver => {
                        self.passed_over.push((name, content));
                        continue;
                    }
                    Repeats::Import => {}
                    Repeats::Ask | Repeats::ByMethod => return Expected::Asks(name),
                }
            }
            if content.contains(&"bad,x") {
                return Expected::Fails(name);
            }
            self.import(name, &content);
        }
        Expected::Nothing
    }

    fn all_rows(&self) -> Vec<String> {
        let times = |(row, times): (&String, &usize)| vec![row.clone(); *times];
        self.rows.iter().flat_map(times).collect()
    }
}

fn content(random: &mut SplitMix64) -> Content {
    const LINES: [&str; 3] = ["a,1", "b,2", "c,3"];
    let count = 1 + random.below(3) as usize;
    let mut lines: Content = (0..count)
        .map(|_| LINES[random.below(3) as usize])
        .collect();
    if random.below(8) == 0 {
        lines = vec!["bad,x"];
    }
    lines
}

/// Runs the job until it has nothing to do.
async fn run_now(instance: &Instance, job: JobId) {
    let event = JobEvent::RunRequested {
        new_file: None,
        day: None,
    };
    instance.tell_job(job, event).await;
    settled(instance, job).await;
}

async fn settled(instance: &Instance, job: JobId) {
    instance
        .work_until("worker", async |instance| {
            instance.job(job).await.unfinished.total() == 0
        })
        .await;
}

async fn walk(seed: u64, repeats: Repeats) {
    let instance = Instance::without_key().await;
    let from = FolderSource {
        repeats,
        ..source(Take::AllInOrder, Afterwards::Leave)
    };
    let job = inserting(&instance, from).await;
    let (mut random, mut model) = (SplitMix64::new(seed), Model::default());
    let mut told: Vec<String> = Vec::new();
    let story = |told: &[String]| format!("seed {seed}, {repeats:?}:\n{}", told.join("\n"));
    for step in 0..STEPS {
        let name = NAMES[random.below(3) as usize];
        match random.below(6) {
            0..3 => {
                // Each change is later than the one before it.
                instance.pass(HOUR / 60);
                let content = content(&mut random);
                told.push(format!("{step}: put {name} {content:?}"));
                let lines = content.iter().map(|line| format!("{line}\n"));
                let text = format!("id,age\n{}", lines.collect::<String>());
                put(&instance, name, &text, HOUR);
                model.put(name, content);
                continue;
            }
            3 => {
                told.push(format!("{step}: remove {name}"));
                let _ = fs::remove_file(instance.exports().join(name));
                model.folder.retain(|(other, _)| *other != name);
                continue;
            }
            _ => {}
        }
        told.push(format!("{step}: run"));
        run_now(&instance, job).await;
        let expected = model.run(repeats);
        assert_eq!(instance.rows(), model.all_rows(), "{}", story(&told));
        let run = instance.runs(job).await[0].run.clone();
        let status = instance.job(job).await.status;
        match expected {
            Expected::Nothing => assert_eq!(status, JobStatus::Active, "{}", story(&told)),
            Expected::Fails(_) => assert_eq!(run.status, RunStatus::Failed, "{}", story(&told)),
            Expected::Asks(name) => {
                assert_eq!(status, JobStatus::Halted, "{}", story(&told));
                let file = run.reason.as_ref().map(domain::reason::Reason::sentence);
                assert!(file.is_some_and(|it| it.contains(name)), "{}", story(&told));
                let content = model.folder.iter().find(|(other, _)| *other == name);
                let content = content.map(|(_, content)| content.clone()).unwrap();
                if random.below(2) == 0 || content.contains(&"bad,x") {
                    told.push(format!("{step}: pass over {name}"));
                    pass_over(&instance, &run).await;
                    model.passed_over.push((name, content));
                } else {
                    told.push(format!("{step}: import {name}"));
                    let event = JobEvent::Retried {
                        run: run.ended().unwrap(),
                    };
                    instance.tell_job(job, event).await;
                    settled(&instance, job).await;
                    model.import(name, &content);
                    // The rest of what waits behind it follows by itself.
                    let behind = model.run(repeats);
                    if let Expected::Asks(_) = behind {
                        let run = instance.runs(job).await[0].run.clone();
                        pass_over(&instance, &run).await;
                        let asked = model
                            .folder
                            .iter()
                            .find(|(name, content)| !model.is_done(name, content));
                        let asked = asked.cloned().unwrap();
                        model.passed_over.push(asked);
                    }
                }
            }
        }
        assert_eq!(instance.rows(), model.all_rows(), "{}", story(&told));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_in_a_folder_each_file_is_imported_as_the_rules_say() {
    assert_eq!(
        Repeats::ByMethod.with(ImportMethod::Insert),
        Repeats::Ask.with(ImportMethod::Upsert)
    );
    for repeats in [Repeats::ByMethod, Repeats::PassOver, Repeats::Import] {
        for seed in 1..=4 {
            walk(seed, repeats).await;
        }
    }
}
