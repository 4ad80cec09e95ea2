//! Members, namespaces and the log.

use domain::role::Role;
use leptos::prelude::*;

use super::error::AppError;
use crate::wire::RunRow;
use crate::wire::admin::{
    AddedMember, AuditPageView, AuditQuery, HeardAloneView, MembersView, NamespaceSettingsView,
    NamespacesView,
};

#[server(prefix = "/ui", endpoint = "members", input = leptos::server_fn::codec::Json)]
pub async fn members(namespace: String) -> Result<MembersView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let members = operations::members::list(&context, &actor, &namespace).await?;
    Ok(super::convert::admin::members(members))
}

#[server(prefix = "/ui", endpoint = "add_member")]
pub async fn add_member(
    namespace: String,
    email: String,
    role: Role,
) -> Result<AddedMember, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let added = operations::members::add(&context, &actor, &namespace, &email, role).await?;
    Ok(super::convert::admin::added(added))
}

#[server(prefix = "/ui", endpoint = "invite_again", input = leptos::server_fn::codec::Json)]
pub async fn invite_again(namespace: String, person: String) -> Result<AddedMember, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let added = operations::members::invite_again(&context, &actor, &namespace, &person).await?;
    Ok(super::convert::admin::added(added))
}

#[server(prefix = "/ui", endpoint = "change_role", input = leptos::server_fn::codec::Json)]
pub async fn change_role(namespace: String, person: String, role: Role) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    operations::members::change_role(&context, &actor, &namespace, &person, role).await?;
    Ok(())
}

/// What nobody else would hear of if they left.
#[server(prefix = "/ui", endpoint = "heard_alone", input = leptos::server_fn::codec::Json)]
pub async fn heard_alone(namespace: String, person: String) -> Result<HeardAloneView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let alone = operations::notices::heard_alone(&context, &actor, &namespace, &person).await?;
    Ok(super::convert::admin::heard_alone(alone))
}

#[server(prefix = "/ui", endpoint = "remove_member", input = leptos::server_fn::codec::Json)]
pub async fn remove_member(namespace: String, person: String) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    operations::members::remove(&context, &actor, &namespace, &person).await?;
    Ok(())
}

#[server(prefix = "/ui", endpoint = "namespace_settings", input = leptos::server_fn::codec::Json)]
pub async fn namespace_settings(namespace: String) -> Result<NamespaceSettingsView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let settings = operations::namespaces::settings(&context, &actor, &namespace).await?;
    Ok(super::convert::admin::namespace_settings(settings))
}

#[server(prefix = "/ui", endpoint = "change_namespace")]
pub async fn change_namespace(
    namespace: String,
    name: String,
    time_zone: String,
) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    operations::namespaces::change_settings(&context, &actor, &namespace, &name, &time_zone)
        .await?;
    Ok(())
}

/// For operators.
#[server(prefix = "/ui", endpoint = "namespaces", input = leptos::server_fn::codec::Json)]
pub async fn namespaces() -> Result<NamespacesView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let namespaces = operations::namespaces::all(&context, &actor).await?;
    let strays = operations::namespaces::strays(&context, &actor)?;
    Ok(super::convert::admin::namespaces(namespaces, strays))
}

/// For operators; answers the slug.
#[server(prefix = "/ui", endpoint = "create_namespace")]
pub async fn create_namespace(
    name: String,
    slug: String,
    time_zone: String,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let input = operations::namespaces::NewNamespaceInput {
        slug,
        name,
        time_zone,
    };
    Ok(operations::namespaces::create(&context, &actor, input).await?)
}

/// For operators.
#[server(prefix = "/ui", endpoint = "appoint_owner")]
pub async fn appoint_owner(namespace: String, email: String) -> Result<AddedMember, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let added = operations::namespaces::appoint_owner(&context, &actor, &namespace, &email).await?;
    Ok(super::convert::admin::added(added))
}

#[server(prefix = "/ui", endpoint = "audit", input = leptos::server_fn::codec::Json)]
pub async fn audit(namespace: String, query: AuditQuery) -> Result<AuditPageView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let query = super::convert::admin::audit_query(query);
    let page = operations::audit::page(&context, &actor, &namespace, query).await?;
    Ok(super::convert::admin::audit_page(page))
}

/// The last runs that brought rows into the dataset, newest first.
#[server(prefix = "/ui", endpoint = "dataset_runs", input = leptos::server_fn::codec::Json)]
pub async fn dataset_runs(namespace: String, name: String) -> Result<Vec<RunRow>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let runs = operations::datasets::runs_into(&context, &actor, &namespace, &name).await?;
    Ok(runs.into_iter().map(super::convert::run_row).collect())
}
