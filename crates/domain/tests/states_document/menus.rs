//! Which actions are offered, by status and by role.

use domain::job::{JobAction, JobEvent, JobStatus, job_actions};
use domain::reason::Reason;
use domain::role::{Action, Role, Standing};
use domain::run::{Run, RunAction, RunEvent, RunStatus, run_actions};

use super::fixtures::{NOW, ended, job, run};
use super::table::markdown;

pub fn job_actions_table() -> String {
    let heads: Vec<&str> = std::iter::once("Action")
        .chain(JobStatus::ALL.iter().map(|status| status.label()))
        .collect();
    let rows: Vec<Vec<String>> = JobAction::ALL
        .iter()
        .map(|action| {
            let cells = JobStatus::ALL
                .iter()
                .map(|status| roles(|role| job_actions(*status, role).contains(action)));
            std::iter::once(action.label().to_owned())
                .chain(cells)
                .collect()
        })
        .collect();
    markdown(&heads, &rows)
}

pub fn run_actions_table() -> String {
    let heads: Vec<&str> = std::iter::once("Action")
        .chain(RunStatus::ALL.iter().map(|status| status.label()))
        .collect();
    let rows: Vec<Vec<String>> = RunAction::ALL
        .iter()
        .map(|action| {
            let cells = RunStatus::ALL.iter().map(|status| {
                let offered = roles(|role| run_actions(&run(*status), role).contains(action));
                let all_rejected = Run {
                    reason: Some(Reason::NoRecordFits { seen: 10 }),
                    ..run(*status)
                };
                let only_if_all_rejected = offered == "·"
                    && *status == RunStatus::Failed
                    && run_actions(&all_rejected, Role::Owner).contains(action);
                if only_if_all_rejected {
                    "owner, editor: if all records were rejected".to_owned()
                } else {
                    offered
                }
            });
            std::iter::once(action.label().to_owned())
                .chain(cells)
                .collect()
        })
        .collect();
    markdown(&heads, &rows)
}

pub fn roles_table() -> String {
    let allowed = |allowed: bool| if allowed { "yes" } else { "·" }.to_owned();
    let rows: Vec<Vec<String>> = Action::ALL
        .iter()
        .map(|action| {
            let of_role = Role::ALL.iter().map(|role| allowed(role.allows(*action)));
            let operator = Standing {
                role: None,
                operator: true,
            }
            .allows(*action);
            std::iter::once(action.label().to_owned())
                .chain(of_role)
                .chain([allowed(operator)])
                .collect()
        })
        .collect();
    markdown(
        &["May", "Owner", "Editor", "Viewer", "Instance operator"],
        &rows,
    )
}

#[test]
fn what_the_menu_of_a_job_offers_is_not_refused() {
    for status in JobStatus::ALL {
        let expect = |action: JobAction, event: JobEvent| {
            let offered = job_actions(*status, Role::Owner).contains(&action);
            assert_eq!(
                job(*status).apply(&event, NOW).is_ok(),
                offered,
                "{action} in {status}"
            );
        };
        expect(
            JobAction::RunNow,
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
        );
        expect(
            JobAction::RunNewFile,
            JobEvent::RunRequested {
                new_file: Some(super::fixtures::upload(2)),
                day: None,
            },
        );
        expect(JobAction::Pause, JobEvent::Paused);
        expect(JobAction::Reactivate, JobEvent::Reactivated { next: None });
        expect(JobAction::Delete, JobEvent::Deleted);
        expect(
            JobAction::Edit,
            JobEvent::SettingsChanged {
                affects_sample: *status == JobStatus::Sampling,
            },
        );
    }
}

#[test]
fn what_the_menu_of_a_run_offers_is_not_refused() {
    for status in RunStatus::ALL {
        let offered = |action| run_actions(&run(*status), Role::Owner).contains(&action);
        let cancels = run(*status).apply(&RunEvent::CancelRequested, NOW).is_ok();
        assert_eq!(cancels, offered(RunAction::Cancel), "{status}");
        let completed = job(JobStatus::Completed);
        let retries = completed
            .apply(
                &JobEvent::Retried {
                    run: ended(*status, 1),
                },
                NOW,
            )
            .is_ok();
        assert_eq!(retries, offered(RunAction::Retry), "{status}");
        let upload = super::fixtures::upload(2);
        let reimports = completed
            .apply(
                &JobEvent::Reimported {
                    run: ended(*status, 1),
                    upload,
                },
                NOW,
            )
            .is_ok();
        assert_eq!(reimports, offered(RunAction::Reimport), "{status}");
    }
}

#[test]
fn an_operator_who_is_no_member_sees_no_data() {
    let operator = Standing {
        role: None,
        operator: true,
    };
    assert!(operator.allows(Action::CreateNamespaces) && !operator.allows(Action::ViewJobs));
    let viewer = Standing {
        role: Some(Role::Viewer),
        operator: false,
    };
    assert!(viewer.allows(Action::ViewJobs) && !viewer.allows(Action::RunJobs));
    assert!(!viewer.allows(Action::CreateNamespaces));
    let no_one = Standing {
        role: None,
        operator: false,
    };
    assert!(Action::ALL.iter().all(|action| !no_one.allows(*action)));
}

fn roles(offered: impl Fn(Role) -> bool) -> String {
    let names: Vec<String> = Role::ALL
        .iter()
        .filter(|role| offered(**role))
        .map(|role| role.label().to_lowercase())
        .collect();
    match names.len() {
        0 => "·".to_owned(),
        count if count == Role::ALL.len() => "everyone".to_owned(),
        _ => names.join(", "),
    }
}
