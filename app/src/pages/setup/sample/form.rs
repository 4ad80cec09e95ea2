//! What is known and decided about the sample while the set-up is open.

use domain::settings::ImportMethod;
use leptos::prelude::*;
use mapping::field::Field;
use mapping::infer::ColumnStats;
use mapping::propose::{new_dataset, propose};
use mapping::remap::{ColumnChange, Remapping, remap};
use mapping::sample::Inspection;
use mapping::settings::{ColumnMapping, EmptyCells, Mapping};
use tabular::detect::{Detection, Evidence, Question};
use tabular::dialect::Dialect;

use crate::sample::protocol::{Checked, Settings};
use crate::server_fns::error::AppError;
use crate::wire::SetupView;

#[derive(Clone, Copy)]
pub struct SampleForm {
    /// The file that was chosen in this tab.
    pub file: RwSignal<Option<FileFacts>>,
    pub reading: RwSignal<Reading>,
    pub detection: RwSignal<Option<Detection>>,
    pub dialect: RwSignal<Option<Dialect>>,
    pub inspection: RwSignal<Option<Inspection>>,
    /// The inspection before the last change, to show what the change did.
    pub before: RwSignal<Option<Inspection>>,
    pub mapping: RwSignal<Option<Mapping>>,
    /// How the columns differ from those that the saved mapping was made for.
    pub column_changes: RwSignal<Vec<ColumnChange>>,
    pub check: RwSignal<Option<Checked>>,
    /// Questions that the sample left open and that a person has answered.
    pub answered: RwSignal<Vec<Question>>,
    pub new_dataset: NewDatasetForm,
    /// The chosen file is another than the saved sample was cut from.
    pub is_new_file: RwSignal<bool>,
    /// Why no file was taken from the server.
    pub unfetched: RwSignal<Option<AppError>>,
    /// What leaving the page is at.
    pub doing: RwSignal<Option<&'static str>>,
    /// The next page follows when the server has read the sample.
    pub going_on: RwSignal<bool>,
    /// Counts what was asked of the worker, so that a late answer does not replace a newer one: readings, and checks.
    pub asked: StoredValue<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    pub name: String,
    pub bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Nothing,
    UnderWay,
    Ready,
    Failed(String),
}

/// The dataset that is made from the file's columns.
#[derive(Clone, Copy)]
pub struct NewDatasetForm {
    pub name: RwSignal<String>,
    /// One for each column of the file, those that are not imported too.
    pub fields: RwSignal<Vec<Field>>,
}

impl SampleForm {
    pub fn new(saved: &SetupView) -> Self {
        Self {
            file: RwSignal::new(None),
            reading: RwSignal::new(Reading::Nothing),
            detection: RwSignal::new(None),
            dialect: RwSignal::new(saved.settings.dialect.clone()),
            inspection: RwSignal::new(None),
            before: RwSignal::new(None),
            mapping: RwSignal::new(saved.settings.mapping.clone()),
            column_changes: RwSignal::new(Vec::new()),
            check: RwSignal::new(None),
            answered: RwSignal::new(Vec::new()),
            new_dataset: NewDatasetForm {
                name: RwSignal::new(String::new()),
                fields: RwSignal::new(Vec::new()),
            },
            unfetched: RwSignal::new(None),
            is_new_file: RwSignal::new(false),
            doing: RwSignal::new(None),
            going_on: RwSignal::new(false),
            asked: StoredValue::new((0, 0)),
        }
    }

    /// Shows what is saved; the chosen file is opened anew by the page.
    pub fn show(self, saved: &SetupView) {
        self.file.set(None);
        self.reading.set(Reading::Nothing);
        self.detection.set(None);
        self.dialect.set(saved.settings.dialect.clone());
        self.inspection.set(None);
        self.before.set(None);
        self.mapping.set(saved.settings.mapping.clone());
        self.column_changes.set(Vec::new());
        self.check.set(None);
        self.answered.set(Vec::new());
        self.unfetched.set(None);
    }

    pub fn differs(self, saved: &SetupView) -> bool {
        let (dialect, mapping) = (self.dialect.read(), self.mapping.read());
        (dialect.is_some() && *dialect != saved.settings.dialect)
            || (mapping.is_some() && *mapping != saved.settings.mapping)
    }

    /// The fields that the columns go to: the dataset's, or those that the new dataset will have.
    pub fn fields(self, saved: &SetupView) -> Vec<Field> {
        match &saved.dataset {
            Some(dataset) => dataset.fields.clone(),
            None => self.imported_fields(),
        }
    }

    /// Of the new dataset, without those of columns that are not imported.
    pub fn imported_fields(self) -> Vec<Field> {
        let (fields, mapping) = (self.new_dataset.fields.read(), self.mapping.read());
        let Some(mapping) = mapping.as_ref() else {
            return Vec::new();
        };
        let imported = fields
            .iter()
            .zip(&mapping.columns)
            .filter(|(_, column)| column.field.is_some());
        imported.map(|(field, _)| field.clone()).collect()
    }

    /// `None` as long as something is missing.
    pub fn settings(self, saved: &SetupView) -> Option<Settings> {
        Some(Settings {
            dialect: self.dialect.get()?,
            mapping: self.mapping.get()?,
            fields: self.fields(saved),
        })
    }

    /// Questions that the sample does not decide and that nobody has answered yet.
    pub fn open_questions(self) -> Vec<Evidence> {
        let (detection, answered) = (self.detection.read(), self.answered.read());
        let evidence = detection.iter().flat_map(|detection| &detection.evidence);
        let open = |one: &&Evidence| {
            one.is_tie() && one.runner_up.is_some() && !answered.contains(&one.question)
        };
        evidence.filter(open).cloned().collect()
    }

    pub fn answer(self, question: Question) {
        self.answered.update(|answered| {
            if !answered.contains(&question) {
                answered.push(question);
            }
        });
    }

    pub fn change_dialect(self, question: Question, change: impl FnOnce(&mut Dialect)) {
        self.answer(question);
        self.dialect.update(|dialect| {
            if let Some(dialect) = dialect {
                change(dialect);
            }
        });
    }

    pub fn change_column(self, index: usize, change: impl FnOnce(&mut ColumnMapping)) {
        self.mapping.update(|mapping| {
            if let Some(column) = mapping
                .as_mut()
                .and_then(|mapping| mapping.columns.get_mut(index))
            {
                change(column);
            }
        });
    }

    pub fn change_empty_cells(self, empty_cells: EmptyCells) {
        self.mapping.update(|mapping| {
            if let Some(mapping) = mapping {
                mapping.empty_cells = empty_cells;
            }
        });
    }

    /// Maps the columns of a new inspection: what was decided before is kept where it still fits, and what was decided for all
    /// columns wherever they go.
    pub fn map_columns(self, inspection: &Inspection, saved: &SetupView) {
        let empty_cells = self
            .mapping
            .read_untracked()
            .as_ref()
            .map(|it| it.empty_cells);
        self.map_columns_anew(inspection, saved);
        if let Some(empty_cells) = empty_cells {
            self.change_empty_cells(empty_cells);
        }
    }

    fn map_columns_anew(self, inspection: &Inspection, saved: &SetupView) {
        let columns = &inspection.columns;
        let current = self.mapping.get_untracked();
        if let Some(dataset) = &saved.dataset {
            let fields = &dataset.fields;
            let kept = current.filter(|mapping| fits(mapping, columns, fields));
            let remapping = saved
                .settings
                .mapping
                .as_ref()
                .and_then(|mapping| remap(mapping, columns, fields))
                .unwrap_or_else(|| Remapping {
                    mapping: propose(columns, fields),
                    changes: Vec::new(),
                });
            self.column_changes.set(remapping.changes);
            self.mapping.set(Some(kept.unwrap_or(remapping.mapping)));
            return;
        }
        let fields = self.new_dataset.fields.get_untracked();
        let kept = current.filter(|mapping| fits(mapping, columns, &fields));
        if kept.is_none() || fields.len() != columns.len() {
            let (fields, mapping) = new_dataset(columns);
            self.new_dataset.fields.set(fields);
            self.mapping.set(Some(mapping));
        }
    }

    /// Why the new dataset cannot be made yet; `None` where the job has a dataset.
    pub fn unfit_new_dataset(self, saved: &SetupView) -> Option<String> {
        if saved.dataset.is_some() {
            return None;
        }
        if self.new_dataset.name.read().trim().is_empty() {
            return Some("The new dataset needs a name.".to_owned());
        }
        let fields = self.imported_fields();
        if fields.is_empty() {
            return Some("The new dataset needs at least one field: import a column.".to_owned());
        }
        if let Some(field) = fields.iter().find(|field| !is_identifier(&field.name)) {
            return Some(format!(
                "`{}` cannot be the name of a field: write small letters, digits and `_`, and begin with a letter.",
                field.name
            ));
        }
        let twice = fields
            .iter()
            .enumerate()
            .find(|(at, field)| fields[..*at].iter().any(|other| other.name == field.name));
        twice.map(|(_, field)| format!("Two fields are called `{}`.", field.name))
    }

    /// Why the page cannot be left forwards.
    pub fn hindrance(self, saved: &SetupView) -> Option<String> {
        match (self.file.get(), self.reading.get()) {
            (None, _) if saved.sample.is_none() => return Some("Choose a file first.".to_owned()),
            (Some(_), Reading::UnderWay) => return Some("The file is being read.".to_owned()),
            (_, Reading::Failed(reason)) => return Some(reason),
            _ => {}
        }
        if let Some(open) = self.open_questions().first() {
            return Some(format!(
                "The sample does not decide the {}: say which it is.",
                question_word(open.question)
            ));
        }
        let fields = self.fields(saved);
        let needs_key = saved.settings.method == Some(ImportMethod::Upsert);
        if needs_key && !fields.is_empty() && !fields.iter().any(|field| field.key) {
            return Some("Upsert needs a key: mark at least one field as key, or choose insert on the first page.".to_owned());
        }
        if let Some(reason) = self.unfit_new_dataset(saved) {
            return Some(reason);
        }
        let check = self.check.read();
        let problem = check
            .as_ref()
            .and_then(|checked| checked.check.problems.first());
        if let Some(problem) = problem {
            return Some(sentence(&format!("{}: {}", problem, problem.hint())));
        }
        let nothing = check
            .as_ref()
            .is_some_and(|checked| checked.check.records == 0);
        nothing.then(|| "The file has no records with these settings.".to_owned())
    }
}

impl NewDatasetForm {
    /// Names the dataset like the file, where nobody has named it yet.
    pub fn propose_name(self, file_name: &str) {
        if self.name.read_untracked().is_empty() {
            self.name.set(dataset_name(file_name));
        }
    }
}

/// The file's name as an identifier; empty where nothing of it can stand in one.
fn dataset_name(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem)
        .to_ascii_lowercase();
    let words = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    let starts_well = name
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase());
    if starts_well {
        name.chars().take(63).collect()
    } else {
        String::new()
    }
}

/// Whether a mapping still fits columns and fields: the columns are the same, and every field that it names is there.
fn fits(mapping: &Mapping, columns: &[ColumnStats], fields: &[Field]) -> bool {
    let same_columns = mapping.columns.len() == columns.len()
        && mapping
            .columns
            .iter()
            .zip(columns)
            .all(|(mapped, column)| mapped.name == column.name);
    let mut named = mapping
        .columns
        .iter()
        .filter_map(|column| column.field.as_deref());
    same_columns && named.all(|name| fields.iter().any(|field| field.name == name))
}

/// As [`Field::name`] demands.
fn is_identifier(name: &str) -> bool {
    let first = name
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let rest = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    first && rest && name.len() <= 63
}

pub fn question_word(question: Question) -> &'static str {
    match question {
        Question::Encoding => "encoding",
        Question::Delimiter => "column delimiter",
        Question::Quote => "quote",
        Question::Escape => "way a quote is written inside quotes",
        Question::Header => "header",
        Question::Preamble => "number of lines to skip",
    }
}

/// With a capital letter and a full stop.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut sentence: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    sentence.push_str(characters.as_str());
    if !sentence.ends_with(['.', '?', ':']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_small_letters_digits_and_underscores() {
        for (name, fits) in [
            ("customer_no", true),
            ("_x1", true),
            ("", false),
            ("1st", false),
            ("E-Mail", false),
            ("größe", false),
        ] {
            assert_eq!(is_identifier(name), fits, "{name}");
        }
        assert!(!is_identifier(&"a".repeat(64)));
    }

    #[test]
    fn dataset_is_named_like_the_file() {
        for (file, name) in [
            ("Kunden 2026-11.csv", "kunden_2026_11"),
            ("orders.txt", "orders"),
            ("2026.csv", ""),
            ("Ä.csv", ""),
        ] {
            assert_eq!(dataset_name(file), name);
        }
    }

    #[test]
    fn sentences_begin_large_and_end_with_a_stop() {
        assert_eq!(sentence("no column is imported"), "No column is imported.");
        assert_eq!(sentence("über alles."), "Über alles.");
    }
}
