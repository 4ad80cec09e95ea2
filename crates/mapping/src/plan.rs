//! Record to row.
