//! Any sample gives an answer for every question, in a dialect that the sample can be read with.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::detect::detect;
use tabular::reader::{Limits, Reader};

fuzz_target!(|input: (bool, &[u8])| {
    let (complete, sample) = input;
    let detection = detect(sample, complete);
    assert_eq!(detection.evidence.len(), 6);
    let mut reader = Reader::new(&detection.dialect, Limits::default());
    reader.feed(sample);
    reader.finish();
    while reader.next().is_some() {}
    assert_eq!(reader.consumed(), sample.len() as u64);
});
