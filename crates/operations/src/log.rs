//! Entries of the log, in one form: who, what, and from where.

use domain::id::{ActivityId, PersonId};
use store::activity::NewActivity;

use crate::access::Actor;
use crate::context::Context;

/// By nobody who is known, or by the system.
pub(crate) fn entry(context: &Context, kind: &str, detail: impl Into<String>) -> NewActivity {
    NewActivity {
        id: ActivityId(context.ids.next()),
        job: None,
        run: None,
        person: None,
        address: None,
        kind: kind.to_owned(),
        detail: detail.into(),
        of_instance: false,
    }
}

/// `detail`: completes the sentence that the kind begins.
pub(crate) fn by_actor(
    context: &Context,
    actor: &Actor,
    kind: &str,
    detail: impl Into<String>,
) -> NewActivity {
    NewActivity {
        person: Some(actor.person),
        address: actor.address.clone(),
        ..entry(context, kind, detail)
    }
}

/// By somebody who is not signed in at that moment.
pub(crate) fn by_person(
    context: &Context,
    person: PersonId,
    address: String,
    kind: &str,
) -> NewActivity {
    NewActivity {
        person: Some(person),
        address: Some(address),
        ..entry(context, kind, "")
    }
}

/// The entry, for the instance's log.
pub(crate) fn of_instance(entry: NewActivity) -> NewActivity {
    NewActivity {
        of_instance: true,
        ..entry
    }
}
