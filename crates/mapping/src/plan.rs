//! Record to row: the settings of a dataset and a mapping, compiled once for a file and applied to each record.

mod compile;
mod constraint;
mod error;
mod reading;

use std::collections::HashMap;

use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Cell, Defect, Limits, Reader, Record};

use crate::field::Field;
use crate::rejection::{Broken, Rejection};
use crate::row::{Row, Value};
use crate::settings::Mapping;

use constraint::Constraints;
pub use error::PlanError;
use reading::Reading;

/// How each record of one file becomes a row of one dataset.
#[derive(Debug)]
pub struct RowPlan {
    fields: Vec<FieldPlan>,
    /// A record with fewer fields lacks a column that is imported.
    columns_needed: usize,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The row holds one value for each field of the dataset.
    Imported,
    /// The rejections say why, at least one; the row is empty.
    Rejected,
}

#[derive(Debug)]
struct FieldPlan {
    name: String,
    required: bool,
    /// A key of nothing but blanks is empty.
    key: bool,
    source: Option<Source>,
    constraints: Constraints,
}

/// The column that fills a field.
#[derive(Debug)]
struct Source {
    column: usize,
    column_name: String,
    reading: Reading,
    /// Already canonical, by the exact text in the file.
    values: HashMap<String, Constant>,
    null_tokens: Vec<String>,
    default: Constant,
}

/// A canonical value that the settings state.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Constant {
    Null,
    Text(String),
    Integer(i64),
    Decimal(String),
    Boolean(bool),
    Date(String),
    Timestamp(String),
}

impl RowPlan {
    /// Compiles the plan for a file whose header row is `header` (`None` where its dialect has none).
    ///
    /// A mapped column must stand at its place and under its name; other columns may have changed. The first problem
    /// is the error; [`RowPlan::problems`] lists all.
    pub fn compile(
        fields: &[Field],
        mapping: &Mapping,
        header: Option<&[String]>,
    ) -> Result<Self, PlanError> {
        let (plan, problems) = compile::compile(fields, mapping, header);
        match problems.into_iter().next() {
            None => Ok(plan),
            Some(problem) => Err(problem),
        }
    }

    /// Everything that keeps these settings from being used.
    pub fn problems(
        fields: &[Field],
        mapping: &Mapping,
        header: Option<&[String]>,
    ) -> Vec<PlanError> {
        compile::compile(fields, mapping, header).1
    }

    /// A plan that does what it can, and everything that is wrong with it: for previews only.
    pub(crate) fn with_problems(
        fields: &[Field],
        mapping: &Mapping,
        header: Option<&[String]>,
    ) -> (Self, Vec<PlanError>) {
        compile::compile(fields, mapping, header)
    }

    /// Makes a row of a record. Both buffers are emptied first and meant to be used again for the next record.
    pub fn apply(
        &self,
        record: &Record<'_>,
        row: &mut Row,
        rejections: &mut Vec<Rejection>,
    ) -> Outcome {
        row.clear();
        rejections.clear();
        if let Some(defect) = record.defect() {
            rejections.push(Rejection::of_defect(defect));
            return Outcome::Rejected;
        }
        if record.field_count() < self.columns_needed {
            rejections.push(Rejection::of_missing_columns(
                record.field_count(),
                self.columns_needed,
            ));
            return Outcome::Rejected;
        }
        for field in &self.fields {
            let Some(source) = &field.source else {
                row.push(Value::Null);
                continue;
            };
            let broken = match record.field(source.column) {
                Cell::Text(text) => match field.read(source, text, row) {
                    Ok(()) => continue,
                    Err(broken) => broken,
                },
                Cell::Undecodable(_) => Broken::Undecodable,
            };
            rejections.push(Rejection::of_cell(
                source.column,
                &source.column_name,
                &field.name,
                &record.display(source.column),
                &broken,
            ));
        }
        if rejections.is_empty() {
            Outcome::Imported
        } else {
            row.clear();
            Outcome::Rejected
        }
    }
}

/// The reader for a job's files: without a header row a record must have as many fields as the mapping has columns.
pub fn reader(dialect: &Dialect, mapping: &Mapping) -> Reader {
    let reader = Reader::new(dialect, Limits::of(dialect));
    match (dialect.header, u32::try_from(mapping.columns.len())) {
        (HeaderRow::Absent, Ok(width)) if width > 0 => reader.with_width(width),
        _ => reader,
    }
}

/// The header row that the reader has come by: `None` until then, and where the dialect has none.
pub fn header(reader: &Reader) -> Result<Option<&[String]>, PlanError> {
    match reader.header_defect() {
        Some(&Defect::TooManyColumns { found, at_most }) => {
            Err(PlanError::TooManyColumns { found, at_most })
        }
        _ => Ok(reader.header()),
    }
}

/// The names of columns as people see them: those of the header, and `Column 3` where its cell is blank.
pub fn column_names(header: &[String]) -> Vec<String> {
    header
        .iter()
        .enumerate()
        .map(|(index, name)| {
            if name.trim().is_empty() {
                column_name(index)
            } else {
                name.clone()
            }
        })
        .collect()
}

/// The name of a column (0-based) that has none in the file.
pub fn column_name(index: usize) -> String {
    format!("Column {}", index + 1)
}

impl FieldPlan {
    /// Pushes one value, or none where the text breaks a rule.
    fn read(&self, source: &Source, text: &str, row: &mut Row) -> Result<(), Broken> {
        if !source.values.is_empty()
            && let Some(constant) = source.values.get(text)
        {
            // Constants were held against the field's rules when the plan was compiled.
            return self.push_constant(source, constant, row);
        }
        let content = if source.reading.is_typed() {
            trimmed(text)
        } else {
            text
        };
        if content.is_empty()
            || (self.key && trimmed(content).is_empty())
            || source
                .null_tokens
                .iter()
                .any(|token| token == text || token == content)
        {
            return self.push_constant(source, &Constant::Null, row);
        }
        source.reading.read(content, row)?;
        self.constraints.check(row.last())
    }

    fn push_constant(
        &self,
        source: &Source,
        constant: &Constant,
        row: &mut Row,
    ) -> Result<(), Broken> {
        let constant = match constant {
            Constant::Null => &source.default,
            constant => constant,
        };
        if *constant == Constant::Null && self.required {
            return Err(Broken::Required);
        }
        row.push(constant.value());
        Ok(())
    }
}

/// `trim`, with a look at the ends first: nearly no cell has blanks there.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

impl Constant {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(*number),
            Self::Decimal(text) => Value::Decimal(text),
            Self::Boolean(answer) => Value::Boolean(*answer),
            Self::Date(text) => Value::Date(text),
            Self::Timestamp(text) => Value::Timestamp(text),
        }
    }

    fn of(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Integer(number) => Self::Integer(number),
            Value::Decimal(text) => Self::Decimal(text.to_owned()),
            Value::Boolean(answer) => Self::Boolean(answer),
            Value::Date(text) => Self::Date(text.to_owned()),
            Value::Timestamp(text) => Self::Timestamp(text.to_owned()),
        }
    }
}
