//! The tables, step by step. A step that was released never changes.

mod m0001_people;
mod m0002_namespaces;
mod m0003_jobs;
mod m0004_runs;
mod m0006_files;
mod m0007_limits;
mod m0008_notices;
mod m0009_corrections;
mod m0010_audit;
mod m0011_storage;
mod m0012_invitations;
mod m0013_short_reasons;
mod m0014_runs_and_files;
mod m0015_repeated_files;
mod m0017_nothing_new;
mod m0018_gathered_letters;
mod table;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_namespaces::Migration),
            Box::new(m0003_jobs::Migration),
            Box::new(m0004_runs::Migration),
            Box::new(m0006_files::Migration),
            Box::new(m0007_limits::Migration),
            Box::new(m0008_notices::Migration),
            Box::new(m0009_corrections::Migration),
            Box::new(m0010_audit::Migration),
            Box::new(m0011_storage::Migration),
            Box::new(m0012_invitations::Migration),
            Box::new(m0013_short_reasons::Migration),
            Box::new(m0014_runs_and_files::Migration),
            Box::new(m0015_repeated_files::Migration),
            Box::new(m0017_nothing_new::Migration),
            Box::new(m0018_gathered_letters::Migration),
        ]
    }
}

#[cfg(test)]
mod tests {
    use domain::id::NamespaceId;
    use sea_orm::ConnectionTrait as _;
    use uuid::Uuid;

    use super::*;
    use crate::connection::Store;

    /// Up to the audit log: everybody who was added was a member at once, by whatever link.
    const BEFORE_INVITATIONS: u32 = 9;

    #[tokio::test]
    async fn members_of_before_invitations_stay_and_their_open_links_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("weir.sqlite"))
            .await
            .unwrap();
        Migrator::up(store.writer(), Some(BEFORE_INVITATIONS))
            .await
            .unwrap();
        let id = |number: u128| format!("x'{}'", Uuid::from_u128(number).simple());
        let (namespace, member, newcomer) = (id(1), id(2), id(3));
        for statement in [
            format!(
                "INSERT INTO people (id, email, name, operator, password_hash, created_at) VALUES \
                 ({member}, 'ada@example.org', 'Ada', 0, 'hash', 5), ({newcomer}, 'eve@example.org', 'Eve', 0, NULL, 6)"
            ),
            format!(
                "INSERT INTO namespaces (id, slug, name, time_zone, monthly_row_limit, created_at) \
                 VALUES ({namespace}, 'main', 'Main', 'UTC', 1000, 4)"
            ),
            format!(
                "INSERT INTO memberships (namespace, person, role, created_at) VALUES \
                 ({namespace}, {member}, 'owner', 7), ({namespace}, {newcomer}, 'editor', 8)"
            ),
            format!(
                "INSERT INTO links (token_hash, person, created_at, expires_at) VALUES \
                 (zeroblob(32), {newcomer}, 8, 9), (randomblob(32), NULL, 1, 9)"
            ),
        ] {
            store.writer().execute_unprepared(&statement).await.unwrap();
        }

        store.migrate().await.unwrap();
        let namespace = NamespaceId(Uuid::from_u128(1));
        let mut members: Vec<_> = store
            .members(namespace)
            .await
            .unwrap()
            .into_iter()
            .map(|member| (member.person.name, member.accepted_at.map(|at| at.0)))
            .collect();
        members.sort();
        assert_eq!(
            members,
            [("Ada".to_owned(), Some(7)), ("Eve".to_owned(), None)]
        );
        // The link of the first start belongs to nobody, and is left.
        let links = store
            .reader()
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Sqlite,
                "SELECT COUNT(*) AS links FROM links",
            ))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(links.try_get::<i64>("", "links").unwrap(), 1);
    }
}
