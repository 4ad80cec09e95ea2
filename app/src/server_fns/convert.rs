//! From what operations answer to what travels. Server only.

use operations::access::{Actor, Membership};
use operations::datasets::DatasetOverview;

use crate::wire::{DatasetView, NamespaceView, SessionView};

pub fn session(actor: Actor, memberships: Vec<Membership>) -> SessionView {
    let namespaces = memberships
        .into_iter()
        .map(|membership| NamespaceView {
            slug: membership.slug,
            name: membership.name,
            role: membership.role,
            time_zone: membership.time_zone,
        })
        .collect();
    SessionView { person_name: actor.name, email: actor.email, operator: actor.operator, namespaces }
}

pub fn dataset(dataset: DatasetOverview) -> DatasetView {
    DatasetView {
        id: dataset.id.to_string(),
        name: dataset.name,
        fields: dataset.fields,
        rows: dataset.rows,
        location: dataset.location,
        first_rows: dataset.first_rows,
    }
}
