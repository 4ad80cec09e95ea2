//! Pages of a job's run history.

use domain::id::RunId;
use domain::role::Action;
use domain::run::Run;

use super::RunOverview;
use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;
use crate::place;

const PAGE: usize = 50;
/// One more than is shown tells whether there is a further page.
const READ: u64 = 51;

/// Which page, where it is not the first.
#[derive(Clone, Debug)]
pub enum HistoryPlace {
    /// From [`RunHistory::next`].
    After(String),
    /// From [`RunHistory::previous`].
    Before(String),
}

#[derive(Debug)]
pub struct RunHistory {
    /// Newest first.
    pub runs: Vec<RunOverview>,
    /// Where the page with older runs begins; opaque.
    pub next: Option<String>,
    /// Where the page with newer runs ends; opaque. `None`: this is the first page.
    pub previous: Option<String>,
}

pub async fn history(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    place: Option<HistoryPlace>,
) -> Result<RunHistory, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let (store, namespace) = (&context.store, access.namespace);
    let job = store.job(namespace, parse_id(job)?).await?.job;
    let (mut records, begins_newer) = match &place {
        None => (Vec::new(), false),
        Some(HistoryPlace::After(place)) => {
            let after = Some(place::parse(place)?);
            let records = store.runs_page(namespace, job.id, after, READ).await?;
            (records, false)
        }
        Some(HistoryPlace::Before(place)) => {
            let before = place::parse(place)?;
            let mut records = store
                .runs_page_before(namespace, job.id, before, READ)
                .await?;
            // Newer runs that do not fill a page are those of the first one, which has older ones too.
            if records.len() <= PAGE {
                records.clear();
            }
            (records, true)
        }
    };
    // So it is too where older runs have been removed since the address was made.
    let is_first = records.is_empty();
    if is_first {
        records = store.runs_page(namespace, job.id, None, READ).await?;
    }
    let more = records.len() > PAGE;
    let mut occurrences: Vec<RunId> = records.iter().map(|record| record.run.occurrence).collect();
    if begins_newer && !is_first {
        occurrences.reverse();
        let left_out = records.len() - page_length(&occurrences);
        records.drain(..left_out);
    } else {
        records.truncate(page_length(&occurrences));
    }
    let place_of = |run: &Run| place::write(run.queued_at, run.id);
    let next = records.last().filter(|_| more);
    let next = next.map(|last| place_of(&last.run));
    let previous = records.first().filter(|_| !is_first);
    let previous = previous.map(|first| place_of(&first.run));
    let overview =
        |record| RunOverview::new(record, job.name.as_str(), access.role, context.reruns);
    Ok(RunHistory {
        runs: records.into_iter().map(overview).collect(),
        next,
        previous,
    })
}

/// How many of the runs make a page. The attempts of an occurrence stand together: a page ends after the last of them, unless one
/// occurrence alone fills it.
fn page_length(occurrences: &[RunId]) -> usize {
    if occurrences.len() <= PAGE {
        return occurrences.len();
    }
    (1..=PAGE)
        .rev()
        .find(|end| occurrences[end - 1] != occurrences[*end])
        .unwrap_or(PAGE)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// Of occurrences with so many attempts each.
    #[track_caller]
    fn check(attempts: &[usize], expected: usize) {
        let occurrences: Vec<RunId> = attempts
            .iter()
            .enumerate()
            .flat_map(|(occurrence, attempts)| {
                let id = RunId(Uuid::from_u128(occurrence as u128));
                std::iter::repeat_n(id, *attempts)
            })
            .collect();
        assert_eq!(page_length(&occurrences), expected, "{attempts:?}");
    }

    #[test]
    fn a_page_ends_between_two_occurrences() {
        check(&[], 0);
        check(&[6, 6], 12);
        check(&[1; 51], 50);
        check(&[47, 4], 47);
        check(&[44, 6, 1], 50);
        check(&[51], 50);
    }
}
