//! The set-up of a job.

use domain::sampling::SampleState;
use operations::setup::{Sample, SampleStep as SampleInput, Setup, Step};

use super::dataset;
use crate::wire::{DatasetChoice, ReasonView, SampleView, SetupStep, SetupView};

pub fn setup(setup: Setup) -> SetupView {
    SetupView {
        id: setup.job.id.to_string(),
        name: setup.job.name.to_string(),
        status: setup.job.status,
        version: setup.job.version,
        saved_at: setup.saved_at.0,
        folders: setup.folders.into_iter().map(String::from).collect(),
        record_bytes: setup.record_bytes,
        columns_at_most: setup.columns_at_most,
        time_zone: setup.time_zone,
        edited: setup.edited,
        settings: setup.settings,
        sample: setup.sample.map(sample),
        dataset: setup.dataset.map(dataset),
        datasets: setup
            .datasets
            .into_iter()
            .map(|(id, name)| DatasetChoice {
                id: id.to_string(),
                name,
            })
            .collect(),
    }
}

pub fn step(step: SetupStep) -> Step {
    match step {
        SetupStep::Basics {
            name,
            dataset,
            method,
        } => Step::Basics {
            name,
            dataset,
            method,
        },
        SetupStep::Source(form) => Step::Source(form),
        SetupStep::Sample(step) => Step::Sample(Box::new(SampleInput {
            upload: step.upload,
            file_bytes: step.file_bytes,
            dialect: step.dialect,
            mapping: step.mapping,
            new_dataset: step
                .new_dataset
                .map(|dataset| (dataset.name, dataset.fields)),
        })),
        SetupStep::Schedule(form) => Step::Schedule(form),
    }
}

fn sample(sample: Sample) -> SampleView {
    let problem = sample.problem().map(|problem| ReasonView {
        code: problem.code().to_owned(),
        sentence: problem.sentence(),
        next_step: problem.next_step().to_owned(),
    });
    SampleView {
        upload: sample.upload.to_string(),
        file_name: sample.file_name,
        file_bytes: sample.file_bytes,
        sample_bytes: sample.sample_bytes,
        processed: sample.state == SampleState::Ready,
        records: None,
        fitting: None,
        problem,
    }
}
