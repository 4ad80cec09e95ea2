//! E-mail: composing a letter as plain text and as HTML, and sending it.

mod html;
mod letter;
mod smtp;
mod text;

pub use html::html;
pub use letter::{Item, Letter, Line, Mood};
pub use smtp::{Mail, Mailer, Security, SmtpProblem, SmtpSettings};
pub use text::text;
