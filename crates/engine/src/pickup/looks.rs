//! Since when files have been seen as they are: what one run has looked at, the next one need not wait for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::folder::FoundFile;

/// Questions that are remembered: a job whose day has passed asks for another name.
const PLACES_AT_MOST: usize = 1000;

/// Shared by all runs of a process, and kept by its own clock: neither the files' times nor the wall clock count.
#[derive(Debug, Default)]
pub struct Looks(Mutex<HashMap<String, Sightings>>);

#[derive(Debug)]
struct Sightings {
    looked_at: Instant,
    /// As they lie there, since they were first seen so.
    files: HashMap<FoundFile, Instant>,
}

impl Looks {
    /// What lies there now. A file that was not seen in between is seen for the first time.
    pub(super) fn note(&self, question: &str, listing: &[FoundFile]) {
        let now = Instant::now();
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = places.remove(question);
        let since = |file: &FoundFile| {
            let known = before.as_ref().and_then(|it| it.files.get(file).copied());
            (file.clone(), known.unwrap_or(now))
        };
        let sightings = Sightings {
            looked_at: now,
            files: listing.iter().map(since).collect(),
        };
        if places.len() >= PLACES_AT_MOST {
            let oldest = places.iter().min_by_key(|(_, it)| it.looked_at);
            if let Some(oldest) = oldest.map(|(question, _)| question.clone()) {
                places.remove(&oldest);
            }
        }
        places.insert(question.to_owned(), sightings);
    }

    /// How long ago the file, which the last look has found, was first seen as it is.
    pub(super) fn seen_for(&self, question: &str, file: &FoundFile) -> Duration {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = places.get(question).and_then(|it| it.files.get(file));
        since.map_or(Duration::ZERO, Instant::elapsed)
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn file(name: &str, size_bytes: u64) -> FoundFile {
        FoundFile {
            name: name.to_owned(),
            size_bytes,
            modified_at: Timestamp(0),
        }
    }

    #[test]
    fn a_file_is_seen_since_it_is_as_it_is_and_was_never_gone() {
        let looks = Looks::default();
        let since = |file: &FoundFile| {
            let places = looks.0.lock().unwrap();
            places["a"].files.get(file).copied()
        };
        looks.note("a", &[file("x", 1), file("y", 1)]);
        let (x, y) = (since(&file("x", 1)), since(&file("y", 1)));
        assert!(x.is_some() && y.is_some());
        looks.note("a", &[file("x", 1), file("y", 2)]);
        assert_eq!(since(&file("x", 1)), x);
        assert_eq!(since(&file("y", 1)), None);
        assert_ne!(since(&file("y", 2)), y);
        looks.note("a", &[]);
        looks.note("a", &[file("x", 1)]);
        assert_ne!(since(&file("x", 1)), x);
        assert_eq!(looks.seen_for("b", &file("x", 1)), Duration::ZERO);
    }

    #[test]
    fn places_are_forgotten_the_oldest_first() {
        let looks = Looks::default();
        for place in 0..=PLACES_AT_MOST {
            looks.note(&place.to_string(), &[file("x", 1)]);
        }
        let places = looks.0.lock().unwrap();
        assert_eq!(places.len(), PLACES_AT_MOST);
        assert!(!places.contains_key("0"));
    }
}
