//! Before the storm: the first person, namespaces, members, a limit that no load reaches.

use std::error::Error;

use serde_json::{Value, json};

use crate::world::{Failure, Namespace, PASSWORD, World, plain_id};

const OPERATOR: &str = "operator@example.org";
const MONTHLY_ROWS: u64 = 1_000_000_000;

/// `written`: what the first start has printed. Answers the session of the operator.
pub fn move_in(
    world: &mut World,
    written: &str,
    namespaces: usize,
    editors: usize,
) -> Result<String, Box<dyn Error>> {
    let token = written
        .split_once("/welcome/")
        .map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default())
        .ok_or("the first start has printed no link")?
        .to_owned();
    let operator = accept(world, &token, OPERATOR, "Operator")?;
    world.people.push(OPERATOR.to_owned());
    let mut slugs = vec!["main".to_owned()];
    for number in 1..namespaces {
        let slug = format!("n{number}");
        let fields = [
            ("name", slug.as_str()),
            ("slug", slug.as_str()),
            ("time_zone", "UTC"),
        ];
        submitted(world, &operator, "create_namespace", &fields)?;
        slugs.push(slug);
    }
    for slug in &slugs {
        let limits = json!({
            "namespace": slug, "limits": { "monthly_rows": MONTHLY_ROWS, "concurrent_runs": null }
        });
        world
            .call(&world.servers[0], &operator, "change_limits", &limits)
            .map_err(said)?;
    }
    for number in 0..editors {
        let email = format!("editor{number}@example.org");
        let fields = [
            ("namespace", slugs[number % namespaces].as_str()),
            ("email", email.as_str()),
            // Owners may make datasets.
            ("role", "owner"),
        ];
        let added = submitted(world, &operator, "add_member", &fields)?;
        let link = added["link"].as_str().ok_or("no link for a new member")?;
        let token = link.rsplit('/').next().unwrap_or_default().to_owned();
        accept(world, &token, &email, &format!("Editor {number}"))?;
        world.people.push(email);
    }
    let id = world.database.id("id");
    let rows = world
        .database
        .rows(&format!("SELECT {id} AS id, slug FROM namespaces"))?;
    for row in rows {
        world.namespaces.push(Namespace {
            slug: row["slug"].as_str().unwrap_or_default().to_owned(),
            id: plain_id(row["id"].as_str().unwrap_or_default()),
        });
    }
    world.namespaces.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(operator)
}

fn accept(world: &World, token: &str, email: &str, name: &str) -> Result<String, Box<dyn Error>> {
    let fields = [
        ("token", token),
        ("email", email),
        ("name", name),
        ("password", PASSWORD),
    ];
    let answer = world
        .submit(&world.servers[0], None, "accept_link", &fields)
        .map_err(said)?;
    let text = answer.text();
    answer
        .session
        .ok_or_else(|| format!("no session: {text}").into())
}

fn submitted(
    world: &World,
    session: &str,
    function: &str,
    fields: &[(&str, &str)],
) -> Result<Value, Box<dyn Error>> {
    let answer = world
        .submit(&world.servers[0], Some(session), function, fields)
        .map_err(said)?;
    Ok(serde_json::from_slice(&answer.body)?)
}

fn said(failure: Failure) -> String {
    format!("{failure:?}")
}
