//! Who is signed in: loaded once, read by every page. Signing in and out load the document anew.

use leptos::prelude::*;

use crate::server_fns::error::AppError;
use crate::server_fns::session::session;
use crate::wire::SessionView;

pub type Session = Resource<Result<Option<SessionView>, AppError>>;

pub fn provide_session() {
    let loaded: Session = Resource::new_blocking(|| (), |()| session());
    provide_context(loaded);
}

pub fn use_session() -> Session {
    expect_context::<Session>()
}
