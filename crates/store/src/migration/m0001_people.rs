//! People, their one-time links and sessions, and failed attempts to sign in.

use sea_orm_migration::prelude::*;

use super::table::{boolean, check, hash, index, number, optional, references, text, unique, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("people")
                    .col(uuid("id").primary_key())
                    .col(text("email"))
                    .col(text("name"))
                    .col(boolean("operator"))
                    .col(optional(text("password_hash")))
                    .col(number("created_at"))
                    .check(check("people_email_is_lower_case", "email = lower(email)"))
                    .take(),
            )
            .await?;
        unique(manager, "people_email", "people", &["email"]).await?;

        manager
            .create_table(
                Table::create()
                    .table("links")
                    .col(hash("token_hash").primary_key())
                    .col(optional(uuid("person")))
                    .col(number("created_at"))
                    .col(number("expires_at"))
                    .col(optional(number("used_at")))
                    .foreign_key(&mut references(
                        "links_person",
                        ["person"],
                        "people",
                        ["id"],
                    ))
                    .check(check("links_token_is_hashed", "length(token_hash) = 32"))
                    .take(),
            )
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(hash("token_hash").primary_key())
                    .col(uuid("person"))
                    .col(number("created_at"))
                    .col(number("last_seen_at"))
                    .col(number("expires_at"))
                    .foreign_key(&mut references(
                        "sessions_person",
                        ["person"],
                        "people",
                        ["id"],
                    ))
                    .check(check("sessions_token_is_hashed", "length(token_hash) = 32"))
                    .take(),
            )
            .await?;
        index(manager, "sessions_person_index", "sessions", &["person"]).await?;
        index(manager, "sessions_expires_at", "sessions", &["expires_at"]).await?;

        manager
            .create_table(
                Table::create()
                    .table("failed_sign_ins")
                    .col(number("id").primary_key().auto_increment())
                    .col(text("key"))
                    .col(number("at"))
                    .take(),
            )
            .await?;
        index(
            manager,
            "failed_sign_ins_key",
            "failed_sign_ins",
            &["key", "at"],
        )
        .await?;
        index(manager, "failed_sign_ins_at", "failed_sign_ins", &["at"]).await
    }
}
