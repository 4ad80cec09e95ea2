//! Which given record is the corrected form of which rejected one. What was not at fault in a record tells it from others.
//!
//! Each look is at what the ones before it have left: the same text; the same in all cells that were not at fault; the same in
//! those, as a spreadsheet may write them; the most alike, among few; and last by order, where there is nothing to compare.

use std::collections::{HashMap, HashSet};

use super::likeness::{alike, contained, folded};
use super::records::{Key, Records};
use super::report::Report;

/// Kinds of faults that are looked up by key. Files have a handful; the rest is left to the look at likeness.
const MOST_KINDS: usize = 64;
/// So many pairs of a group of records that differ in nothing but what was at fault are compared.
const MOST_COMPARED: usize = 10_000;
/// A cell that more records share tells nothing.
const MOST_SHARING: usize = 8;
/// Rejected records before and behind the place where one is expected.
const NEIGHBOURS: usize = 8;
/// Of a record that is compared by its text, so many characters are.
const TEXT_COMPARED: usize = 256;
/// Below it two records have hardly anything in common.
const LEAST_LIKENESS: f32 = 0.5;

/// A given record answers the rejected one at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) place: usize,
    pub(super) by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Nothing is changed.
    SameText,
    /// The cells that were not at fault are as they were.
    RightCells,
    /// Likeness or order: by what can be known, another record might be meant.
    Likeness,
}

struct Matching<'a> {
    report: &'a Report,
    given: &'a Records,
    /// Places that were answered before. They come last where a record might answer another one.
    is_held: &'a [bool],
    /// Given records that answer nothing.
    is_left_out: &'a [bool],
    /// Given records that equal imported ones: they answer what nothing else does, by the cells that were not at fault alone.
    is_doubtful: &'a [bool],
    are_doubtful_asked: bool,
    /// Whether more records may be given than can be answered: some of them may answer others, which is looked at first.
    is_surplus_paired: bool,
    answers: Vec<Option<Answer>>,
    is_answered: Vec<bool>,
}

/// By given record.
pub(super) fn answers(
    report: &Report,
    given: &Records,
    is_held: &[bool],
    is_left_out: &[bool],
    is_doubtful: &[bool],
) -> Vec<Option<Answer>> {
    let mut matching = Matching {
        report,
        given,
        is_held,
        is_left_out,
        is_doubtful,
        are_doubtful_asked: false,
        is_surplus_paired: false,
        answers: vec![None; given.len()],
        is_answered: vec![false; report.len()],
    };
    for are_doubtful_asked in [false, true] {
        matching.are_doubtful_asked = are_doubtful_asked;
        matching.by_same_text();
        for is_surplus_paired in [false, true] {
            matching.is_surplus_paired = is_surplus_paired;
            matching.by_right_cells(Key::of_cell);
        }
        for is_surplus_paired in [false, true] {
            matching.is_surplus_paired = is_surplus_paired;
            matching.by_right_cells(|column, text| Key::of_cell(column, &folded(text)));
        }
        if !is_doubtful.contains(&true) {
            break;
        }
    }
    matching.are_doubtful_asked = false;
    matching.by_likeness();
    matching.by_order();
    matching.answers
}

impl Matching<'_> {
    fn answer(&mut self, given: usize, place: usize, by: By) {
        let by = if self.is_doubtful[given] {
            By::Likeness
        } else {
            by
        };
        self.answers[given] = Some(Answer { place, by });
        self.is_answered[place] = true;
    }

    fn is_open(&self, given: usize) -> bool {
        self.answers[given].is_none()
            && !self.is_left_out[given]
            && self.is_doubtful[given] == self.are_doubtful_asked
    }

    fn open_given(&self) -> Vec<usize> {
        (0..self.given.len())
            .filter(|given| self.is_open(*given))
            .collect()
    }

    fn open_places(&self) -> Vec<usize> {
        (0..self.report.len())
            .filter(|place| !self.is_answered[*place])
            .collect()
    }

    fn by_same_text(&mut self) {
        let places = self.open_places();
        let given = self.open_given();
        let groups = groups(
            places
                .iter()
                .map(|place| (*place, self.report.records.key(*place))),
            given.iter().map(|given| (*given, self.given.key(*given))),
        );
        for (places, given) in groups {
            self.pair_group(&places, &given, By::SameText);
        }
    }

    /// `of_cell`: what of a cell must be the same.
    fn by_right_cells(&mut self, of_cell: impl Fn(usize, &str) -> Key) {
        let mut by_kind: Vec<Vec<usize>> = vec![Vec::new(); self.report.kinds().len()];
        for place in self.open_places() {
            if self.report.right_columns(place).next().is_some() {
                by_kind[self.report.kind(place)].push(place);
            }
        }
        by_kind.retain(|places| !places.is_empty());
        by_kind.sort_by_key(|places| std::cmp::Reverse(places.len()));
        by_kind.truncate(MOST_KINDS);
        // The more cells must be the same, the fewer others fit.
        by_kind.sort_by_key(|places| self.report.faults(places[0]).columns().map(<[usize]>::len));
        let whole: Vec<Key> = (0..self.given.len())
            .map(|given| self.given.key_of(given, &of_cell))
            .collect();
        for places in by_kind {
            let columns = self.report.faults(places[0]).columns().unwrap_or_default();
            let right_cells = |given: &usize| {
                let faulty = columns
                    .iter()
                    .map(|column| of_cell(*column, self.given.cell(*given, *column)));
                (*given, faulty.fold(whole[*given], Key::without))
            };
            let of_place = |place: &usize| {
                let key = self.report.key_of_right_cells(*place, &of_cell);
                (*place, key)
            };
            let given = self.open_given();
            let groups = groups(places.iter().map(of_place), given.iter().map(right_cells));
            for (places, given) in groups {
                self.pair_group(&places, &given, By::RightCells);
            }
        }
    }

    /// Records that cannot be told apart by what was not at fault. All of them given back: each is there, in whatever order.
    fn pair_group(&mut self, places: &[usize], given: &[usize], by: By) {
        let (held, missing): (Vec<usize>, Vec<usize>) =
            places.iter().partition(|place| self.is_held[**place]);
        if given.len() > places.len() && by == By::RightCells && !self.is_surplus_paired {
            return;
        }
        if given.len() >= places.len() {
            // Which of them was given back before, nothing says.
            let is_mixed = !held.is_empty() && !missing.is_empty();
            let by = if is_mixed && by == By::RightCells {
                By::Likeness
            } else {
                by
            };
            self.pair_in_order(places, given, by);
            return;
        }
        let among = if missing.len() >= given.len() {
            missing
        } else {
            [missing, held].concat()
        };
        let is_certain =
            by == By::SameText || (among.len() == given.len() && among.len() == places.len());
        let by = if is_certain { by } else { By::Likeness };
        if by == By::Likeness
            && among.len() > given.len()
            && among.len() * given.len() <= MOST_COMPARED
        {
            let likeness = |place: usize, given: usize| self.likeness_of_faults(place, given);
            let pairs = best_pairs(
                given
                    .iter()
                    .flat_map(|given| among.iter().map(move |place| (*given, *place)))
                    .map(|(given, place)| (likeness(place, given), given, place)),
            );
            for (given, place) in pairs {
                self.answer(given, place, by);
            }
            return;
        }
        self.pair_in_order(&among, given, by);
    }

    fn pair_in_order(&mut self, places: &[usize], given: &[usize], by: By) {
        for (place, given) in places.iter().zip(given) {
            self.answer(*given, *place, by);
        }
    }

    fn likeness_of_faults(&self, place: usize, given: usize) -> f32 {
        let columns = self.report.faults(place).columns().unwrap_or_default();
        let likeness = columns.iter().map(|column| {
            alike(
                self.report.records.cell(place, *column),
                self.given.cell(given, *column),
            )
        });
        likeness.sum()
    }

    fn by_likeness(&mut self) {
        let (places, given) = (self.open_places(), self.open_given());
        if places.is_empty() || given.is_empty() {
            return;
        }
        let mut sharing: HashMap<Key, Vec<usize>> = HashMap::new();
        for place in &places {
            for column in self.report.right_columns(*place) {
                let text = folded(self.report.records.cell(*place, column));
                let places = sharing.entry(Key::of_cell(column, &text)).or_default();
                if places.len() <= MOST_SHARING {
                    places.push(*place);
                }
            }
        }
        sharing.retain(|_, places| places.len() <= MOST_SHARING);
        let mut found = Vec::new();
        let mut expected = 0;
        for index in 0..self.given.len() {
            if let Some(answer) = self.answers[index] {
                expected = answer.place + 1;
            }
            if !self.is_open(index) {
                continue;
            }
            let cells = self.given.cells(index).enumerate();
            let shared = cells
                .filter_map(|(column, text)| sharing.get(&Key::of_cell(column, &folded(text))));
            let mut candidates: Vec<usize> = shared.flatten().copied().collect();
            let near = places.partition_point(|place| *place < expected);
            let near = near.saturating_sub(NEIGHBOURS)..(near + NEIGHBOURS).min(places.len());
            candidates.extend(&places[near]);
            candidates.sort_unstable();
            candidates.dedup();
            found.extend(
                candidates
                    .into_iter()
                    .map(|place| (self.likeness(place, index), index, place))
                    .filter(|(likeness, _, _)| *likeness >= LEAST_LIKENESS),
            );
        }
        for (given, place) in best_pairs(found.into_iter()) {
            self.answer(given, place, By::Likeness);
        }
    }

    /// By the cells that were not at fault; where there are none, by all of the text.
    fn likeness(&self, place: usize, given: usize) -> f32 {
        let records = &self.report.records;
        let (mut sum, mut count) = (0.0, 0.0);
        for column in self.report.right_columns(place) {
            let (was, is) = (records.cell(place, column), self.given.cell(given, column));
            count += 1.0;
            sum += if was == is {
                1.0
            } else if folded(was) == folded(is) {
                0.9
            } else {
                0.8 * alike(was, is)
            };
        }
        if count > 0.0 {
            return sum / count;
        }
        contained(&beginning(records, place), &beginning(self.given, given))
    }

    /// As many as are missing between two neighbours that are known, of which nothing can be compared.
    fn by_order(&mut self) {
        let places: Vec<usize> = self
            .open_places()
            .into_iter()
            .filter(|place| !self.is_held[*place])
            .collect();
        let mut runs: Vec<(usize, Vec<usize>, usize)> = Vec::new();
        let (mut after, mut run) = (0, Vec::new());
        for given in 0..=self.given.len() {
            let answer = self.answers.get(given).copied().flatten();
            if given < self.given.len() && answer.is_none() {
                if self.is_open(given) {
                    run.push(given);
                }
                continue;
            }
            let before = answer.map_or(self.report.len(), |answer| answer.place);
            if !run.is_empty() {
                runs.push((after, std::mem::take(&mut run), before));
            }
            after = before + 1;
        }
        for (after, run, before) in runs {
            let first = places.partition_point(|place| *place < after);
            let last = places.partition_point(|place| *place < before);
            let Some(between) = places.get(first..last) else {
                continue;
            };
            let is_opaque = |place: &usize| self.is_opaque(*place);
            if between.len() == run.len() && between.iter().all(is_opaque) {
                self.pair_in_order(between, &run, By::Likeness);
            }
        }
    }

    /// Whether a record has nothing by which it could be known again.
    fn is_opaque(&self, place: usize) -> bool {
        let is_empty = self.report.records.cells(place).all(str::is_empty);
        let is_whole = self.report.faults(place).columns().is_none();
        is_empty || (!is_whole && self.report.right_columns(place).next().is_none())
    }
}

/// Of all cells, as much as tells.
fn beginning(records: &Records, row: usize) -> String {
    let cells = records
        .cells(row)
        .flat_map(|cell| cell.chars().chain([' ']));
    cells.take(TEXT_COMPARED).collect()
}

/// The rejected and the given records that have a key in common, in the order of the former.
fn groups(
    places: impl Iterator<Item = (usize, Key)>,
    given: impl Iterator<Item = (usize, Key)>,
) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    let mut known: HashMap<Key, usize> = HashMap::new();
    for (place, key) in places.filter(|(_, key)| *key != Key::default()) {
        let index = *known.entry(key).or_insert(groups.len());
        if index == groups.len() {
            groups.push((Vec::new(), Vec::new()));
        }
        groups[index].0.push(place);
    }
    for (given, key) in given {
        if let Some(index) = known.get(&key) {
            groups[*index].1.push(given);
        }
    }
    groups.retain(|(_, given)| !given.is_empty());
    groups
}

/// Given records and places, the most alike first, each once; of equals those that come first.
fn best_pairs(found: impl Iterator<Item = (f32, usize, usize)>) -> Vec<(usize, usize)> {
    let mut found: Vec<(f32, usize, usize)> = found.collect();
    found.sort_by(|one, other| {
        let by_likeness = other.0.total_cmp(&one.0);
        by_likeness.then((one.1, one.2).cmp(&(other.1, other.2)))
    });
    let (mut given, mut places) = (HashSet::new(), HashSet::new());
    let mut pairs = Vec::new();
    for (_, one, place) in found {
        if !given.contains(&one) && !places.contains(&place) {
            given.insert(one);
            places.insert(place);
            pairs.push((one, place));
        }
    }
    pairs
}
