//! Nothing outside of what the operator allows can be reached through a local folder.

use std::fs;
use std::os::unix::fs::symlink;

use connectors::inbox::InboxError;
use domain::folder::FoundFile;

use crate::conformance::{LocalFolder, Place as _, source};

fn with_secret() -> LocalFolder {
    let place = LocalFolder::new();
    fs::create_dir(place.path("secret")).unwrap();
    fs::write(place.path("secret/key.csv"), "secret").unwrap();
    place
}

#[test]
fn a_link_to_a_folder_outside_is_refused() {
    let place = with_secret();
    symlink(place.path("secret"), place.path("exports/out")).unwrap();
    let refused = place.inboxes().open("main", &source("out"));
    assert!(matches!(refused, Err(InboxError::LeadsOut { .. })));
}

#[test]
fn a_link_that_stays_inside_is_a_folder_like_others() {
    let place = with_secret();
    symlink(place.path("exports/daily"), place.path("exports/today")).unwrap();
    assert!(place.inboxes().open("main", &source("today")).is_ok());
}

#[test]
fn links_to_files_are_not_there() {
    let place = with_secret();
    symlink(place.path("secret/key.csv"), place.path("exports/key.csv")).unwrap();
    let mut inbox = place.inboxes().open("main", &source("")).unwrap();
    assert!(inbox.list(&|_| true).unwrap().is_empty());
}

#[test]
fn a_file_that_becomes_a_link_after_it_was_listed_is_not_read() {
    let place = with_secret();
    place.put("key.csv", b"public");
    let mut inbox = place.inboxes().open("main", &source("")).unwrap();
    let file: FoundFile = inbox.list(&|_| true).unwrap().pop().unwrap();
    fs::remove_file(place.path("exports/key.csv")).unwrap();
    symlink(place.path("secret/key.csv"), place.path("exports/key.csv")).unwrap();
    assert!(matches!(inbox.open(&file), Err(InboxError::Changed)));
    assert!(inbox.delete(&file).is_err());
    assert!(place.path("secret/key.csv").exists());
}

#[test]
fn a_folder_that_becomes_a_link_after_it_was_opened_gives_nothing() {
    let place = with_secret();
    place.put("daily/key.csv", b"public");
    let mut inbox = place.inboxes().open("main", &source("daily")).unwrap();
    fs::remove_file(place.path("exports/daily/key.csv")).unwrap();
    fs::remove_dir(place.path("exports/daily")).unwrap();
    symlink(place.path("secret"), place.path("exports/daily")).unwrap();
    for file in inbox.list(&|_| true).unwrap_or_default() {
        assert!(matches!(inbox.open(&file), Err(InboxError::Changed)));
    }
}

#[test]
fn files_are_not_moved_through_a_link() {
    let place = with_secret();
    place.put("a.csv", b"a");
    symlink(place.path("secret"), place.path("exports/done")).unwrap();
    let mut inbox = place.inboxes().open("main", &source("")).unwrap();
    let file = inbox.list(&|name| name == "a.csv").unwrap().pop().unwrap();
    let refused = inbox.set_aside(&file, &"done".parse().unwrap());
    assert!(matches!(refused, Err(InboxError::LeadsOut { .. })));
    assert_eq!(place.read("a.csv").unwrap(), b"a");
}

#[test]
fn a_pipe_is_no_file() {
    let place = with_secret();
    std::os::unix::net::UnixListener::bind(place.path("exports/socket.csv")).unwrap();
    let mut inbox = place.inboxes().open("main", &source("")).unwrap();
    assert!(inbox.list(&|_| true).unwrap().is_empty());
}

#[test]
fn a_namespace_has_its_own_folder_before_that_of_all() {
    let place = with_secret();
    fs::write(place.path("acme/own.csv"), "x").unwrap();
    place.put("shared.csv", b"x");
    let names = |slug: &str| -> Vec<String> {
        let mut inbox = place.inboxes().open(slug, &source("")).unwrap();
        let files = inbox.list(&|_| true).unwrap();
        files.into_iter().map(|file| file.name).collect()
    };
    assert_eq!(names("acme"), ["own.csv"]);
    assert_eq!(names("main"), ["shared.csv"]);
}
