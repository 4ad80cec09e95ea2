//! Who belongs to a namespace, how it is called, what was done in it; and for operators all namespaces.

mod audit;
mod audit_filter;
mod invitation;
mod member_row;
mod members;
mod namespaces;
mod settings;
mod time_zone;

pub use audit::AuditPage;
pub use members::MembersPage;
pub use namespaces::NamespacesPage;
pub use settings::SettingsPage;
