//! The one error of all operations, made for a person to read.

use store::error::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    #[error("You are not signed in.")]
    NotSignedIn,
    /// Unknown, or of a namespace that the actor is no member of: the answers are alike.
    #[error("There is nothing at this address.")]
    NotFound,
    /// A one-time link that is unknown, used or expired: the answers are alike.
    #[error("This link leads nowhere any more.")]
    LinkEnded,
    #[error("Your role does not allow this.")]
    NotAllowed,
    /// The input does not hold.
    #[error("{message}")]
    Invalid {
        field: &'static str,
        message: String,
        hint: String,
    },
    /// Somebody else changed it since it was read: a compare-and-set that was lost.
    #[error("It was changed in the meantime.")]
    ChangedMeanwhile,
    /// The state of things does not allow this.
    #[error("{message}")]
    Conflict { message: String, hint: String },
    #[error("Too many attempts.")]
    TooManyAttempts { retry_after_seconds: u32 },
    /// The disk that holds uploads has no room left.
    #[error("The server has no room left for this file.")]
    OutOfSpace,
    #[error("The server could not do this now.")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl OperationError {
    pub fn invalid(
        field: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            field,
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub fn conflict(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Conflict {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Something that only an operator can repair; the source goes to the log, never to the person.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Writes what the person is not shown to the log. To be called once, where the error is answered.
    pub fn log(&self) {
        if let Self::Unavailable(source) = self {
            let mut causes = source.to_string();
            let mut cause = source.source();
            while let Some(error) = cause {
                causes.push_str(": ");
                causes.push_str(&error.to_string());
                cause = error.source();
            }
            tracing::error!(error = causes, "an operation failed");
        }
    }

    /// What to do next; empty where there is nothing to add.
    pub fn hint(&self) -> String {
        match self {
            Self::NotSignedIn => "Sign in and try again.".to_owned(),
            Self::NotFound => {
                "It may have been deleted, or belong to a namespace that you are no member of."
                    .to_owned()
            }
            Self::LinkEnded => {
                "A link works once and for some days. If you have used it, sign in; if not, ask who sent it for a new one."
                    .to_owned()
            }
            Self::NotAllowed => "Ask an owner of the namespace for a role that does.".to_owned(),
            Self::ChangedMeanwhile => "Load the page again to see how it stands now.".to_owned(),
            Self::Invalid { hint, .. } | Self::Conflict { hint, .. } => hint.clone(),
            Self::TooManyAttempts {
                retry_after_seconds,
            } => {
                format!("Try again in {} minutes.", retry_after_seconds.div_ceil(60))
            }
            Self::OutOfSpace => {
                "Tell your operator; the upload goes on where it stopped once there is room."
                    .to_owned()
            }
            Self::Unavailable(_) => "Try again; if it stays, tell your operator.".to_owned(),
        }
    }
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::Conflict { .. } => Self::ChangedMeanwhile,
            error => Self::unavailable(error),
        }
    }
}

impl From<std::io::Error> for OperationError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::OutOfSpace,
            _ => Self::unavailable(error),
        }
    }
}
