//! What the engine relies on, whatever kind of place files arrive at.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use connectors::folder::{AllowedFolder, AllowedFolders};
use connectors::inbox::{Inbox, InboxError, Inboxes};
use domain::folder::{EntryName, FolderSource, FoundFile, Subfolder};
use tempfile::TempDir;

/// The far side of an implementation.
pub trait Place {
    fn inboxes(&self) -> &dyn Inboxes;
    /// Writes a file, `daily/a.csv`, in place of the one before.
    fn put(&self, path: &str, bytes: &[u8]);
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

pub struct LocalFolder {
    root: TempDir,
    inboxes: AllowedFolders,
}

impl LocalFolder {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let exports = root.path().join("exports");
        fs::create_dir_all(exports.join("daily")).unwrap();
        let folder = |namespace: Option<&str>, path: PathBuf| AllowedFolder {
            name: "exports".parse().unwrap(),
            path,
            namespace: namespace.map(str::to_owned),
        };
        let own = root.path().join("acme");
        fs::create_dir(&own).unwrap();
        Self {
            inboxes: AllowedFolders::new(vec![folder(None, exports), folder(Some("acme"), own)]),
            root,
        }
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }
}

impl Place for LocalFolder {
    fn inboxes(&self) -> &dyn Inboxes {
        &self.inboxes
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        fs::write(self.path("exports").join(path), bytes).unwrap();
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path("exports").join(path)).ok()
    }
}

pub fn source(subfolder: &str) -> FolderSource {
    FolderSource {
        subfolder: subfolder.parse().unwrap(),
        ..FolderSource::new("exports".parse().unwrap(), "*".parse().unwrap())
    }
}

pub fn suite(place: &dyn Place) {
    files_are_listed_by_name_and_size(place);
    names_are_told_of_whatever_is_there(place);
    a_file_is_read_as_it_is(place);
    a_file_that_was_written_to_is_not_read(place);
    setting_aside_overwrites_nothing_and_may_be_repeated(place);
    a_name_that_is_as_long_as_names_may_be_gets_its_number_too(place);
    deleting_may_be_repeated_and_spares_a_new_file(place);
    what_is_not_allowed_is_refused(place);
}

fn names_are_told_of_whatever_is_there(place: &dyn Place) {
    let mut inbox = open(place);
    let listed = inbox.list(&|_| true).unwrap();
    let names = inbox.names(usize::MAX).unwrap();
    for file in listed {
        let name = EntryName {
            name: file.name,
            is_text: true,
        };
        assert!(names.contains(&name), "{name:?}");
    }
    assert_eq!(inbox.names(1).unwrap().len(), 1);
}

fn open(place: &dyn Place) -> Box<dyn Inbox> {
    place.inboxes().open("main", &source("daily")).unwrap()
}

fn listed(inbox: &mut dyn Inbox, name: &str) -> Option<FoundFile> {
    let mut files = inbox.list(&|other| other == name).unwrap();
    assert!(files.len() <= 1);
    files.pop()
}

fn files_are_listed_by_name_and_size(place: &dyn Place) {
    place.put("daily/a.csv", b"a,b\n1,2\n");
    place.put("daily/b.txt", b"");
    place.put("elsewhere.csv", b"x");
    let mut files = open(place).list(&|name| name != "b.txt").unwrap();
    let file = files.pop().unwrap();
    assert_eq!((file.name.as_str(), file.size_bytes), ("a.csv", 8));
    assert!(files.is_empty());
    assert_eq!(open(place).list(&|_| true).unwrap().len(), 2);
}

fn a_file_is_read_as_it_is(place: &dyn Place) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    place.put("daily/bytes", &bytes);
    let mut inbox = open(place);
    let file = listed(&mut *inbox, "bytes").unwrap();
    let mut read = Vec::new();
    inbox.open(&file).unwrap().read_to_end(&mut read).unwrap();
    assert!(read == bytes);
}

fn a_file_that_was_written_to_is_not_read(place: &dyn Place) {
    place.put("daily/c.csv", b"short");
    let mut inbox = open(place);
    let file = listed(&mut *inbox, "c.csv").unwrap();
    place.put("daily/c.csv", b"longer than before");
    assert!(matches!(inbox.open(&file), Err(InboxError::Changed)));
    let gone = FoundFile {
        name: "never.csv".to_owned(),
        ..file
    };
    assert!(matches!(inbox.open(&gone), Err(InboxError::Changed)));
}

fn setting_aside_overwrites_nothing_and_may_be_repeated(place: &dyn Place) {
    let into: Subfolder = "done/2026".parse().unwrap();
    let mut inbox = open(place);
    for text in ["first", "the second"] {
        place.put("daily/d.csv", text.as_bytes());
        let file = listed(&mut *inbox, "d.csv").unwrap();
        inbox.set_aside(&file, &into).unwrap();
        assert_eq!(place.read("daily/d.csv"), None);
        inbox.set_aside(&file, &into).unwrap();
    }
    assert_eq!(place.read("daily/done/2026/d.csv").unwrap(), b"first");
    assert_eq!(
        place.read("daily/done/2026/d (2).csv").unwrap(),
        b"the second"
    );
}

fn a_name_that_is_as_long_as_names_may_be_gets_its_number_too(place: &dyn Place) {
    let name = format!("{}.csv", "ü".repeat(125));
    let mut inbox = open(place);
    for text in ["first", "the second"] {
        place.put(&format!("daily/{name}"), text.as_bytes());
        let file = listed(&mut *inbox, &name).unwrap();
        inbox.set_aside(&file, &"long".parse().unwrap()).unwrap();
    }
    assert_eq!(place.read(&format!("daily/long/{name}")).unwrap(), b"first");
    let numbered = format!("daily/long/{} (2).csv", "ü".repeat(123));
    assert_eq!(place.read(&numbered).unwrap(), b"the second");
}

fn deleting_may_be_repeated_and_spares_a_new_file(place: &dyn Place) {
    place.put("daily/e.csv", b"old");
    let mut inbox = open(place);
    let file = listed(&mut *inbox, "e.csv").unwrap();
    place.put("daily/e.csv", b"something new");
    assert!(matches!(inbox.delete(&file), Err(InboxError::Changed)));
    let file = listed(&mut *inbox, "e.csv").unwrap();
    inbox.delete(&file).unwrap();
    inbox.delete(&file).unwrap();
    assert_eq!(place.read("daily/e.csv"), None);
}

fn what_is_not_allowed_is_refused(place: &dyn Place) {
    let names = |slug| place.inboxes().folders(slug);
    assert_eq!(names("main"), ["exports".parse().unwrap()]);
    let mut unknown = source("");
    unknown.folder = "secrets".parse().unwrap();
    let refused = place.inboxes().open("main", &unknown);
    assert!(matches!(refused, Err(InboxError::NotAllowed { .. })));
    let missing = place.inboxes().open("main", &source("no-such-folder"));
    assert!(matches!(missing, Err(InboxError::Unreachable(_))));
}
