//! From local times to instants.

use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::pattern::Occurrences;
use super::{Recurring, jitter};
use crate::id::JobId;
use crate::time::Timestamp;

/// The instant that a local time stands for: see the rules at the head of [`super`].
pub(super) fn of_local(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let instant = match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            let before_the_gap = ambiguous.earlier().ok()?;
            zone.following(before_the_gap).next()?.timestamp()
        }
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            ambiguous.compatible().ok()?
        }
    };
    Some(Timestamp(instant.as_millisecond()))
}

/// The last millisecond of the local day.
pub(super) fn end_of_day(at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let date = zone
        .to_datetime(jiff::Timestamp::from_millisecond(at.0).ok()?)
        .date();
    let tomorrow = of_local(date.tomorrow().ok()?.to_datetime(Time::midnight()), zone)?;
    Some(Timestamp(tomorrow.0 - 1))
}

/// The first instant after `after`, put off by its jitter, which never carries it past the occurrence after it or past the end.
pub(super) fn next_after(
    recurring: &Recurring,
    job: JobId,
    after: Timestamp,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let seconds = recurring.jitter_seconds;
    // Of what came due shortly before, the instant may yet be to come.
    let mut occurrences =
        Instants::after(recurring, after.plus_seconds(-i64::from(seconds)), zone)?;
    let mut occurrence = occurrences.next()?;
    if seconds == 0 {
        return Some(occurrence);
    }
    loop {
        let following = occurrences.next();
        let put_off = occurrence.plus_seconds(jitter::seconds(job, occurrence, seconds));
        let instant = match following.or(occurrences.end) {
            Some(bound) => put_off.min(Timestamp(bound.0 - 1)),
            None => put_off,
        };
        if after < instant {
            return Some(instant);
        }
        occurrence = following?;
    }
}

/// The last instant of the recurrence that jitter may have put off to `due_at`.
pub(super) fn without_jitter(
    recurring: &Recurring,
    due_at: Timestamp,
    zone: &TimeZone,
) -> Timestamp {
    let earliest = due_at.plus_seconds(-i64::from(recurring.jitter_seconds) - 1);
    Instants::after(recurring, earliest, zone)
        .into_iter()
        .flatten()
        .take_while(|occurrence| *occurrence <= due_at)
        .last()
        .unwrap_or(due_at)
}

/// The instants of a recurrence without jitter, each later than the one before.
struct Instants<'zone> {
    occurrences: Occurrences,
    zone: &'zone TimeZone,
    start: Option<DateTime>,
    /// Local times before this one are done with.
    from: DateTime,
    last: Timestamp,
    /// The first instant that is too late.
    end: Option<Timestamp>,
}

impl<'zone> Instants<'zone> {
    fn after(recurring: &Recurring, after: Timestamp, zone: &'zone TimeZone) -> Option<Self> {
        let instant = jiff::Timestamp::from_millisecond(after.0).ok()?;
        // Local times before this one stand for instants that are not after it either.
        let local = zone.to_datetime(instant);
        let start = recurring
            .start
            .map(|date| date.to_datetime(Time::midnight()));
        let end = match recurring.end {
            Some(date) => of_local(date.tomorrow().ok()?.to_datetime(Time::midnight()), zone),
            None => None,
        };
        Some(Self {
            occurrences: Occurrences::of(&recurring.recurrence),
            zone,
            start,
            from: start.map_or(local, |start| local.max(start)),
            last: after,
            end,
        })
    }
}

impl Iterator for Instants<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        if self.occurrences.is_steady() {
            return self.next_steady();
        }
        loop {
            let local = self.occurrences.first_from(self.from)?;
            self.from = local.checked_add(jiff::SignedDuration::from_mins(1)).ok()?;
            let instant = of_local(local, self.zone)?;
            if self.end.is_some_and(|end| end <= instant) {
                return None;
            }
            if self.last < instant {
                self.last = instant;
                return Some(instant);
            }
        }
    }
}

impl Instants<'_> {
    /// Clocks that change are no gap for what runs in every hour: the hours are those that pass.
    fn next_steady(&mut self) -> Option<Timestamp> {
        let mut at = jiff::Timestamp::from_millisecond(self.last.0 + 1).ok()?;
        loop {
            let offset = self.zone.to_offset(at);
            let from = offset.to_datetime(at);
            let from = self.start.map_or(from, |start| from.max(start));
            let local = self.occurrences.first_from(from)?;
            let instant = offset.to_timestamp(local).ok()?;
            let change = self.zone.following(at).next();
            match change.map(|change| change.timestamp()) {
                Some(change) if change <= instant => at = change,
                _ => {
                    let instant = Timestamp(instant.as_millisecond());
                    if self.end.is_some_and(|end| end <= instant) {
                        return None;
                    }
                    self.last = instant;
                    return Some(instant);
                }
            }
        }
    }
}
