//! The type of a new field for a column.

use super::{ColumnObserver, ColumnStats, Evidence, Suggestion};
use crate::field::FieldType;
use crate::settings::DecimalMark;

/// A type is suggested where at most one text in so many does not fit it.
const TOLERANCE: u64 = 10;
/// A new field keeps at most so many digits after the decimal mark.
const LARGEST_SCALE: usize = 18;

/// The narrowest type that the texts prove; text where a number would lose something.
pub(super) fn suggest(stats: &ColumnStats, seen: &ColumnObserver) -> Suggestion {
    let telling = stats.telling();
    let fits = |count: u64| telling > 0 && (telling.saturating_sub(count)) * TOLERANCE <= telling;
    let (field_type, reason) = if telling == 0 {
        (FieldType::Text, "no values in the sample".to_owned())
    } else if fits(stats.fits.boolean) && seen.boolean_words > 0 {
        (FieldType::Boolean, counted(stats.fits.boolean, "yes or no"))
    } else if fits(stats.fits.decimal) && seen.leading_zeros > 0 {
        (FieldType::Text, "kept as text: leading zeros".to_owned())
    } else if fits(stats.fits.decimal) && seen.leading_plus > 0 {
        (FieldType::Text, "kept as text: leading `+`".to_owned())
    } else if fits(seen.plain_integers) || fits(integers_of_proven_mark(stats, seen)) {
        (
            FieldType::Integer,
            counted(stats.fits.integer, "whole numbers"),
        )
    } else if fits(stats.fits.date) {
        (FieldType::Date, counted(stats.fits.date, "dates"))
    } else if fits(stats.fits.decimal) {
        let scale = scale(stats, seen);
        (
            FieldType::Decimal { scale },
            counted(stats.fits.decimal, "decimal numbers"),
        )
    } else if fits(stats.fits.timestamp) {
        let zoned = seen.zoned > 0;
        (
            FieldType::Timestamp { zoned },
            counted(stats.fits.timestamp, "dates with a time"),
        )
    } else if fits(stats.fits.email) {
        (
            FieldType::Email,
            counted(stats.fits.email, "e-mail addresses"),
        )
    } else {
        (FieldType::Text, "text".to_owned())
    };
    Suggestion {
        field_type,
        format: stats.format_for(field_type),
        reason,
    }
}

/// Whole numbers whose thousands are grouped with a mark, where the decimal mark is proven.
fn integers_of_proven_mark(stats: &ColumnStats, seen: &ColumnObserver) -> u64 {
    match stats.decimal_mark {
        Evidence::Proven {
            answer: DecimalMark::Point,
            ..
        } => seen.integers[0],
        Evidence::Proven {
            answer: DecimalMark::Comma,
            ..
        } => seen.integers[1],
        _ => 0,
    }
}

fn scale(stats: &ColumnStats, seen: &ColumnObserver) -> u8 {
    let scale = match stats.decimal_mark.proven() {
        Some(DecimalMark::Point) => seen.scale[0],
        Some(DecimalMark::Comma) => seen.scale[1],
        None => seen.scale[0].max(seen.scale[1]),
    };
    u8::try_from(scale.min(LARGEST_SCALE)).unwrap_or(0)
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} values are {what}")
}
