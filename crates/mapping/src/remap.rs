//! Settings that were made for other columns, carried over to those of a new file: what was renamed, moved, is missing or new.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::field::{Field, FieldType};
use crate::infer::ColumnStats;
use crate::propose::{Key, keys_of_columns, propose};
use crate::settings::{ColumnMapping, Mapping};

/// A proposal: nothing of it holds before a person accepts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remapping {
    /// For the new columns, in their order.
    pub mapping: Mapping,
    /// Empty: the columns are the same in the same order.
    pub changes: Vec<ColumnChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ColumnChange {
    /// Everything that was decided for the column is kept under its new name.
    Renamed {
        from: String,
        to: String,
        likeness: Likeness,
    },
    /// Among the columns that stayed; places are 0-based.
    Moved { name: String, from: u32, to: u32 },
    /// `field`: what is filled by nothing now.
    Missing { name: String, field: Option<String> },
    /// `field`: what is proposed for it.
    New { name: String, field: Option<String> },
}

/// Why two columns are taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The names differ in case, accents or punctuation.
    Spelling,
    /// The names mean the same, in one of the languages that are known.
    Meaning,
    /// The new name, or the values, are those of the field that the old column filled.
    Field,
    /// Both are the only ones that are left, at the same place, and the values fit the field.
    Place,
}

/// What becomes of `saved` with other columns. `None`: no column is left of those that it was made for.
pub fn remap(saved: &Mapping, columns: &[ColumnStats], fields: &[Field]) -> Option<Remapping> {
    let proposed = propose(columns, fields);
    let pairs = Pairing::new(saved, columns).all(&proposed, fields);
    if pairs.iter().all(Option::is_none) {
        return None;
    }
    let is_known = |name: &str| fields.iter().any(|field| field.name == name);
    let taken: HashSet<&str> = pairs
        .iter()
        .flatten()
        .filter_map(|(old, _)| saved.columns[*old].field.as_deref())
        .collect();
    let mapped = columns.iter().enumerate().map(|(new, column)| {
        if let Some((old, _)) = pairs[new] {
            let old = saved.columns[old].clone();
            return ColumnMapping {
                name: column.name.clone(),
                field: old.field.clone().filter(|name| is_known(name)),
                ..old
            };
        }
        let proposal = proposed.columns[new].clone();
        let is_free = |field: &str| !taken.contains(field);
        match &proposal.field {
            Some(field) if is_free(field) => proposal,
            _ => ColumnMapping {
                name: column.name.clone(),
                ..ColumnMapping::default()
            },
        }
    });
    let mapping = Mapping {
        columns: mapped.collect(),
        empty_cells: saved.empty_cells,
    };
    Some(Remapping {
        changes: changes(saved, &mapping, &pairs),
        mapping,
    })
}

/// For each new column the old one, and why; `None` in it: the name is the same.
type Pairs = Vec<Option<(usize, Option<Likeness>)>>;

struct Pairing<'a> {
    saved: &'a Mapping,
    columns: &'a [ColumnStats],
    pairs: Pairs,
    used: Vec<bool>,
}

impl<'a> Pairing<'a> {
    fn new(saved: &'a Mapping, columns: &'a [ColumnStats]) -> Self {
        Self {
            saved,
            columns,
            pairs: vec![None; columns.len()],
            used: vec![false; saved.columns.len()],
        }
    }

    /// The surest likeness first, so that a weaker one never takes a column from it.
    fn all(mut self, proposed: &Mapping, fields: &[Field]) -> Pairs {
        let old_names: Vec<&str> = self.saved.columns.iter().map(|c| c.name.as_str()).collect();
        let new_names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        self.pair(&numbered(&old_names), &numbered(&new_names), None);

        let old_keys = keys_of_columns(old_names.into_iter());
        let new_keys = keys_of_columns(new_names.into_iter());
        let spelling = |key: &Key| Some((key.base.clone(), key.ordinal));
        self.pair(
            &old_keys.iter().map(spelling).collect::<Vec<_>>(),
            &new_keys.iter().map(spelling).collect::<Vec<_>>(),
            Some(Likeness::Spelling),
        );
        let meaning = |key: &Key| key.meaning.map(|meaning| (meaning, key.ordinal));
        self.pair(
            &old_keys.iter().map(meaning).collect::<Vec<_>>(),
            &new_keys.iter().map(meaning).collect::<Vec<_>>(),
            Some(Likeness::Meaning),
        );
        let field = |column: &ColumnMapping| column.field.clone();
        self.pair(
            &self.saved.columns.iter().map(field).collect::<Vec<_>>(),
            &proposed.columns.iter().map(field).collect::<Vec<_>>(),
            Some(Likeness::Field),
        );
        self.pair_last(fields);
        self.pairs
    }

    /// Pairs what is left and has the same label.
    fn pair<T: Eq + std::hash::Hash>(
        &mut self,
        old: &[Option<T>],
        new: &[Option<T>],
        likeness: Option<Likeness>,
    ) {
        let mut free: HashMap<&T, usize> = HashMap::new();
        for (index, label) in old.iter().enumerate() {
            if let Some(label) = label.as_ref().filter(|_| !self.used[index]) {
                free.entry(label).or_insert(index);
            }
        }
        for (index, label) in new.iter().enumerate() {
            if self.pairs[index].is_none()
                && let Some(found) = label.as_ref().and_then(|label| free.remove(label))
            {
                self.pairs[index] = Some((found, likeness));
                self.used[found] = true;
            }
        }
    }

    fn pair_last(&mut self, fields: &[Field]) {
        let mut old = (0..self.used.len()).filter(|index| !self.used[*index]);
        let mut new = (0..self.pairs.len()).filter(|index| self.pairs[*index].is_none());
        let (Some(at), None, Some(place), None) = (old.next(), old.next(), new.next(), new.next())
        else {
            return;
        };
        let field = self.saved.columns[at]
            .field
            .as_ref()
            .and_then(|name| fields.iter().find(|field| field.name == *name));
        let has_others = self.pairs.len() > 1;
        if at == place
            && has_others
            && field.is_some_and(|field| fits(&self.columns[place], field.field_type))
        {
            self.pairs[place] = Some((at, Some(Likeness::Place)));
        }
    }
}

/// Every text that is there fits the type; an empty column proves nothing.
fn fits(column: &ColumnStats, field_type: FieldType) -> bool {
    let texts = column.count - column.empty - column.undecodable;
    let fitting = match field_type {
        FieldType::Text => texts,
        FieldType::Integer => column.fits.integer,
        FieldType::Decimal { .. } => column.fits.decimal,
        FieldType::Boolean => column.fits.boolean,
        FieldType::Date => column.fits.date,
        FieldType::Timestamp { .. } => column.fits.timestamp,
        FieldType::Email => column.fits.email,
    };
    texts > 0 && fitting == texts
}

/// Each name with how often it came before, because two columns may have one name.
fn numbered<'a>(names: &[&'a str]) -> Vec<Option<(&'a str, usize)>> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    names
        .iter()
        .map(|name| {
            let times = seen.entry(name).or_default();
            *times += 1;
            Some((*name, *times))
        })
        .collect()
}

fn changes(saved: &Mapping, mapping: &Mapping, pairs: &Pairs) -> Vec<ColumnChange> {
    let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let stayed = in_order(pairs);
    let mut changes = Vec::new();
    for (new, pair) in pairs.iter().enumerate() {
        let column = &mapping.columns[new];
        match pair {
            None => changes.push(ColumnChange::New {
                name: column.name.clone(),
                field: column.field.clone(),
            }),
            Some((old, likeness)) => {
                if let Some(likeness) = likeness {
                    changes.push(ColumnChange::Renamed {
                        from: saved.columns[*old].name.clone(),
                        to: column.name.clone(),
                        likeness: *likeness,
                    });
                }
                if !stayed.contains(&new) {
                    changes.push(ColumnChange::Moved {
                        name: column.name.clone(),
                        from: place(*old),
                        to: place(new),
                    });
                }
            }
        }
    }
    let used: HashSet<usize> = pairs.iter().flatten().map(|(old, _)| *old).collect();
    let missing = saved
        .columns
        .iter()
        .enumerate()
        .filter(|(old, _)| !used.contains(old));
    changes.extend(missing.map(|(_, column)| ColumnChange::Missing {
        name: column.name.clone(),
        field: column.field.clone(),
    }));
    changes
}

/// The new columns of the longest row of old ones that still follow each other: where one column goes to the front, only that
/// one has moved.
fn in_order(pairs: &Pairs) -> HashSet<usize> {
    let paired: Vec<(usize, usize)> = pairs
        .iter()
        .enumerate()
        .filter_map(|(new, pair)| pair.map(|(old, _)| (new, old)))
        .collect();
    // `ends[n]`: the entry that ends the best row of length n + 1; `before`: the entry before each one in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(paired.len());
    for (entry, (_, old)) in paired.iter().enumerate() {
        let length = ends.partition_point(|end| paired[*end].1 < *old);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(entry);
        } else {
            ends[length] = entry;
        }
    }
    let mut row = HashSet::new();
    let mut at = ends.last().copied();
    while let Some(entry) = at {
        row.insert(paired[entry].0);
        at = before[entry];
    }
    row
}
