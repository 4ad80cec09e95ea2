//! What a file is that gives no row: not text in its encoding, not in the declared format, or another kind of file.
//!
//! A single damaged record is a rejection; here it is the file that is told to be another than its job's settings say.

use domain::reason::Reason;
use mapping::plan::PlanError;
use mapping::rejection::{Rejection, Rule};
use tabular::encoding::Encoding;
use tabular::kind::FileKind;

/// Fewer records may each be damaged; of so many not one has the form, so the file has another.
const RECORDS_TELL: u64 = 10;

/// By the first bytes alone.
pub(super) fn another_kind(head: &[u8]) -> Option<Reason> {
    FileKind::of_signature(head).map(of_kind)
}

/// Where the header that is there is not the one that is wanted: whether that is because it is no header. `opening`: of the head what
/// stands before the first record.
pub(super) fn without_header(
    error: &PlanError,
    head: &[u8],
    opening: &[u8],
    encoding: Encoding,
) -> Option<Reason> {
    if !matches!(error, PlanError::HeaderChanged { .. }) {
        return None;
    }
    if let Some(kind) = FileKind::of_unreadable(head) {
        return Some(of_kind(kind));
    }
    (!encoding.may_be(opening)).then(|| not_decodable(encoding))
}

fn of_kind(kind: FileKind) -> Reason {
    Reason::NotInFormat {
        line: None,
        kind: Some(kind),
    }
}

fn not_decodable(encoding: Encoding) -> Reason {
    Reason::NotDecodable {
        encoding: encoding.label(),
    }
}

/// What was wrong with the records, as long as each was rejected.
#[derive(Debug, Default)]
pub(super) struct Records {
    seen: u64,
    undecodable: u64,
    unfit: u64,
    /// Where the first record opens a quote that is not closed.
    line: Option<u64>,
}

impl Records {
    pub(super) fn rejected(&mut self, line: u64, rejections: &[Rejection]) {
        self.seen += 1;
        let has = |rule: Rule| rejections.iter().any(|it| it.rule == rule);
        if has(Rule::Undecodable) {
            self.undecodable += 1;
        } else if rejections.iter().all(|it| it.column.is_none()) {
            self.unfit += 1;
            if self.seen == 1 && has(Rule::UnclosedQuote) {
                self.line = Some(line);
            }
        }
    }

    /// Of a file of which every record was rejected.
    pub(super) fn judged(&self, seen: u64, head: &[u8], encoding: Encoding) -> Option<Reason> {
        if seen == 0 || self.seen < seen {
            return None;
        }
        if let Some(kind) = FileKind::of_unreadable(head) {
            return Some(of_kind(kind));
        }
        if self.undecodable + self.unfit < seen {
            return None;
        }
        if self.undecodable >= self.unfit {
            return Some(not_decodable(encoding));
        }
        (seen >= RECORDS_TELL).then_some(Reason::NotInFormat {
            line: self.line,
            kind: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(rules: &[(Rule, Option<u32>)]) -> Records {
        let mut records = Records::default();
        for (line, (rule, column)) in (2..).zip(rules) {
            let rejection = Rejection {
                column: *column,
                column_name: None,
                rule: *rule,
                value: None,
                message: String::new(),
                hint: String::new(),
            };
            records.rejected(line, &[rejection]);
        }
        records
    }

    #[test]
    fn only_a_file_of_which_no_record_has_the_form_is_told_to_be_another() {
        let not_decodable = Some("not_decodable");
        let cases = [
            (vec![(Rule::Undecodable, Some(0))], 1, not_decodable),
            (vec![(Rule::Undecodable, Some(0))], 2, None),
            (
                vec![(Rule::Undecodable, Some(0)), (Rule::Type, Some(1))],
                2,
                None,
            ),
            (
                vec![(Rule::Undecodable, Some(0)), (Rule::TooFewFields, None)],
                2,
                not_decodable,
            ),
            (vec![(Rule::TooFewFields, None); 9], 9, None),
            (
                vec![(Rule::TooFewFields, None); 10],
                10,
                Some("not_in_format"),
            ),
            (vec![(Rule::Required, Some(0)); 10], 10, None),
            (vec![], 0, None),
        ];
        for (rules, seen, code) in cases {
            let judged = records(&rules).judged(seen, b"a,b\n", Encoding::UTF_8);
            assert_eq!(
                judged.as_ref().map(Reason::code),
                code,
                "{rules:?} of {seen}"
            );
        }
    }

    #[test]
    fn the_line_of_a_quote_that_is_never_closed_is_told() {
        let judged = records(&[(Rule::UnclosedQuote, None); 10]).judged(10, b"", Encoding::UTF_8);
        let reason = Reason::NotInFormat {
            line: Some(2),
            kind: None,
        };
        assert_eq!(judged, Some(reason));
    }
}
