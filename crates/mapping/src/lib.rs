//! Records to rows: column types, inference, rules, transforms, `RowPlan`. Uses `tabular` only.

pub mod corrections;
pub mod field;
pub mod given_back;
pub mod infer;
pub mod key;
pub mod names;
pub mod plan;
pub mod propose;
pub mod rejection;
pub mod remap;
pub mod row;
pub mod sample;
pub mod settings;
mod value;
