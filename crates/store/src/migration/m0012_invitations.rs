//! A membership counts from when its invitation was accepted, and a link says what it invites to.

use sea_orm_migration::prelude::*;

use super::table::{index, number, optional, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("memberships", optional(number("accepted_at"))),
            ("links", optional(uuid("namespace"))),
        ] {
            let added = Table::alter().table(table).add_column(column).take();
            manager.alter_table(added).await?;
        }
        let connection = manager.get_connection();
        for statement in [
            "UPDATE memberships SET accepted_at = created_at \
             WHERE person IN (SELECT id FROM people WHERE password_hash IS NOT NULL)",
            // It is not known for which namespace one of these was made. They are made again.
            "DELETE FROM links WHERE person IS NOT NULL",
            // Under keys that are not counted any more, of any length.
            "DELETE FROM failed_sign_ins",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        index(manager, "links_of_person", "links", &["person"]).await
    }
}
