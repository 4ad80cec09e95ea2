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
        ]
    }
}
