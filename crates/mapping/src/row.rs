//! A record's values after mapping, in the dataset's order of fields.

/// One typed value, borrowed from a [`Row`] or a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Null,
    Text(&'a str),
    Integer(i64),
    /// Canonical: an optional `-`, digits, and with a scale above zero a point and exactly so many digits.
    Decimal(&'a str),
    Boolean(bool),
    /// `YYYY-MM-DD`.
    Date(&'a str),
    /// `YYYY-MM-DDThh:mm:ss[.fraction]`, with a `Z` at the end where the field is zoned.
    Timestamp(&'a str),
}

/// A buffer for one row, made to be used again for every record of a file.
#[derive(Clone, Debug, Default)]
pub struct Row {
    text: String,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Null,
    Text(Span),
    Integer(i64),
    Decimal(Span),
    Boolean(bool),
    Date(Span),
    Timestamp(Span),
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

/// Which kind of canonical text was written into the row's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    Decimal,
    Date,
    Timestamp,
}

impl Row {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The value of the field at this place in the dataset's order; `None` beyond the last.
    pub fn get(&self, field: usize) -> Option<Value<'_>> {
        self.slots.get(field).map(|slot| self.value(*slot))
    }

    /// One value for each field of the dataset, in its order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Value<'_>> {
        self.slots.iter().map(|slot| self.value(*slot))
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.slots.clear();
    }

    pub(crate) fn push(&mut self, value: Value<'_>) {
        let slot = match value {
            Value::Null => Slot::Null,
            Value::Integer(number) => Slot::Integer(number),
            Value::Boolean(answer) => Slot::Boolean(answer),
            Value::Text(text) => Slot::Text(self.append(text)),
            Value::Decimal(text) => Slot::Decimal(self.append(text)),
            Value::Date(text) => Slot::Date(self.append(text)),
            Value::Timestamp(text) => Slot::Timestamp(self.append(text)),
        };
        self.slots.push(slot);
    }

    /// Lets `write` append canonical text; if it fails, nothing is kept.
    pub(crate) fn push_written<E>(
        &mut self,
        kind: TextKind,
        write: impl FnOnce(&mut String) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.text.len();
        if let Err(error) = write(&mut self.text) {
            self.text.truncate(start);
            return Err(error);
        }
        let span = Span {
            start,
            end: self.text.len(),
        };
        self.slots.push(match kind {
            TextKind::Decimal => Slot::Decimal(span),
            TextKind::Date => Slot::Date(span),
            TextKind::Timestamp => Slot::Timestamp(span),
        });
        Ok(())
    }

    /// The value that was pushed last.
    pub(crate) fn last(&self) -> Value<'_> {
        self.slots
            .last()
            .map_or(Value::Null, |slot| self.value(*slot))
    }

    fn append(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span {
            start,
            end: self.text.len(),
        }
    }

    fn value(&self, slot: Slot) -> Value<'_> {
        match slot {
            Slot::Null => Value::Null,
            Slot::Integer(number) => Value::Integer(number),
            Slot::Boolean(answer) => Value::Boolean(answer),
            Slot::Text(span) => Value::Text(self.slice(span)),
            Slot::Decimal(span) => Value::Decimal(self.slice(span)),
            Slot::Date(span) => Value::Date(self.slice(span)),
            Slot::Timestamp(span) => Value::Timestamp(self.slice(span)),
        }
    }

    fn slice(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_writing_leaves_no_trace() {
        let mut row = Row::new();
        row.push(Value::Text("kept"));
        let failed = row.push_written(TextKind::Date, |out| {
            out.push_str("half");
            Err("no")
        });
        assert_eq!(failed, Err("no"));
        row.push(Value::Text("next"));
        let values: Vec<_> = row.values().collect();
        assert_eq!(values, [Value::Text("kept"), Value::Text("next")]);
        assert_eq!(row.get(2), None);
    }
}
