//! What pages are made of: props in, events out. No component here calls the server.

pub mod badge;
pub mod bar_chart;
pub mod breadcrumb;
pub mod changed_columns;
pub mod column_chart;
pub mod dialog;
pub mod enumeration;
pub mod floating;
pub mod heading;
pub mod icon;
pub mod instant;
pub mod loaded;
pub mod marked;
pub mod menu;
pub mod number;
pub mod progress;
pub mod reader;
pub mod report_menu;
pub mod rerun;
pub mod run_marks;
pub mod run_progress;
pub mod states;
pub mod toast;
pub mod tooltip;
pub mod zone_line;
