//! Which encoding a sample is written in. Marks and strict forms first, statistics last.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use crate::encoding::Encoding;

/// So many bytes tell a legacy encoding as well as more would.
const GUESSED_BYTES: usize = 256 << 10;

pub(super) struct Answer {
    pub(super) encoding: Encoding,
    pub(super) runner_up: Option<Encoding>,
    pub(super) margin: f32,
    pub(super) sentence: String,
}

pub(super) fn answer(sample: &[u8], complete: bool) -> Answer {
    by_mark(sample)
        .or_else(|| by_null_bytes(sample))
        .or_else(|| by_escape_sequences(sample))
        .or_else(|| by_utf8_sequences(sample, complete))
        .unwrap_or_else(|| by_frequencies(sample))
}

fn by_mark(sample: &[u8]) -> Option<Answer> {
    [Encoding::UTF_8, Encoding::UTF_16LE, Encoding::UTF_16BE]
        .into_iter()
        .find(|encoding| sample.starts_with(encoding.byte_order_mark()))
        .map(|encoding| Answer {
            encoding,
            runner_up: None,
            margin: 1.0,
            sentence: format!(
                "The file starts with the byte order mark of {}.",
                encoding.label()
            ),
        })
}

/// UTF-16 without a mark: characters below U+0100, line ends at least, have a NUL in one half of their code unit.
fn by_null_bytes(sample: &[u8]) -> Option<Answer> {
    let (pairs, _) = sample.as_chunks::<2>();
    let first = pairs
        .iter()
        .filter(|pair| pair[0] == 0 && pair[1] != 0)
        .count();
    let second = pairs
        .iter()
        .filter(|pair| pair[1] == 0 && pair[0] != 0)
        .count();
    let (nulls, others, encoding) = if second >= first {
        (second, first, Encoding::UTF_16LE)
    } else {
        (first, second, Encoding::UTF_16BE)
    };
    let is_usual = nulls > 1 && nulls * 20 > pairs.len() && nulls > others * 10;
    is_usual.then(|| Answer {
        encoding,
        runner_up: Some(Encoding::UTF_8),
        margin: ratio(nulls - others, nulls + others),
        sentence: format!(
            "{nulls} of {} byte pairs have a zero in their {} half, {others} in the other.",
            pairs.len(),
            if encoding == Encoding::UTF_16LE {
                "second"
            } else {
                "first"
            },
        ),
    })
}

fn by_escape_sequences(sample: &[u8]) -> Option<Answer> {
    let shifts =
        memchr::memmem::find(sample, b"\x1B$B").or(memchr::memmem::find(sample, b"\x1B$@"));
    let encoding = Encoding::for_label("iso-2022-jp")?;
    (shifts.is_some() && sample.is_ascii()).then(|| Answer {
        encoding,
        runner_up: Some(Encoding::UTF_8),
        margin: 0.9,
        sentence: "All bytes are below 128, with the escape sequences that switch to Japanese."
            .to_owned(),
    })
}

/// A few broken bytes among many valid sequences are broken records, not another encoding.
fn by_utf8_sequences(sample: &[u8], complete: bool) -> Option<Answer> {
    let mut valid = 0;
    let mut broken = 0;
    let mut chunks = sample.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        valid += chunk.valid().chars().filter(|one| !one.is_ascii()).count();
        let is_cut = !complete && chunks.peek().is_none();
        if !chunk.invalid().is_empty() && !is_cut {
            broken += 1;
        }
    }
    let is_ascii = valid == 0 && broken == 0;
    let sentence = if is_ascii {
        format!(
            "All {} sampled bytes are ASCII, which UTF-8 contains.",
            sample.len()
        )
    } else if broken == 0 {
        format!("All {valid} characters beyond ASCII are valid UTF-8.")
    } else {
        format!("{valid} characters beyond ASCII are valid UTF-8, {broken} are broken.")
    };
    (broken * 10 <= valid).then(|| Answer {
        encoding: Encoding::UTF_8,
        runner_up: Some(Encoding::WINDOWS_1252),
        margin: match (is_ascii, complete) {
            (true, true) => 1.0,
            (true, false) => 0.5,
            (false, _) => ratio(valid - broken * 10, valid + 2),
        },
        sentence,
    })
}

fn by_frequencies(sample: &[u8]) -> Answer {
    let sample = &sample[..sample.len().min(GUESSED_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let encoding = Encoding::of(detector.guess(None, Utf8Detection::Deny));
    let beyond = sample.iter().filter(|byte| !byte.is_ascii()).count();
    let runner_up = if encoding == Encoding::WINDOWS_1252 {
        Encoding::for_label("iso-8859-2")
    } else {
        Some(Encoding::WINDOWS_1252)
    };
    Answer {
        encoding,
        runner_up,
        // The guess has no scale of its own; the more there is to see, the better it is.
        margin: ratio(beyond, beyond + 40),
        sentence: format!(
            "The bytes are not UTF-8; {} fits the {beyond} bytes beyond ASCII best.",
            encoding.label()
        ),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &[u8], complete: bool, label: &str) {
        let shown = sample.escape_ascii().to_string();
        assert_eq!(answer(sample, complete).encoding.label(), label, "{shown}");
    }

    #[test]
    fn marks_decide() {
        check(b"\xEF\xBB\xBFa\xFF", true, "utf-8");
        check(b"\xFF\xFEa", true, "utf-16le");
        check(b"\xFE\xFF", true, "utf-16be");
    }

    #[test]
    fn zeros_in_one_half_mean_utf_16() {
        check(b"a\0,\0b\0\n\0", true, "utf-16le");
        check(b"\0a\0,\0b\0\n", true, "utf-16be");
        check(b"a,b\0c\n,d,e,f", true, "utf-8");
    }

    #[test]
    fn few_broken_bytes_leave_utf_8() {
        let text = "Zoë, 李雷, ".repeat(5);
        check(&[text.as_bytes(), b"Lef\xE8vre"].concat(), true, "utf-8");
        check(
            b"Lef\xE8vre,J\xFCrgen,Wei\xDF,K\xF6ln",
            true,
            "windows-1252",
        );
    }

    #[test]
    fn a_character_cut_by_the_end_of_the_sample_is_not_broken() {
        check(b"abc\xC3", false, "utf-8");
        check(b"Caf\xE9", true, "windows-1252");
    }

    #[test]
    fn japanese_escapes_are_seen() {
        check(b"a,\x1B$B$\"\x1B(B\n", true, "iso-2022-jp");
    }
}
