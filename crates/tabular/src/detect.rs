//! Detection of encoding, dialect and structure from a bounded sample, with evidence.
