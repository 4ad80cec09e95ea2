//! Files that jobs have taken from a folder.

use domain::{
    folder::{Afterwards, FolderSource, FoundFile, Known, KnownFile, Repeat, RepeatKind},
    id::{JobId, UploadId},
    time::Timestamp,
};
use store::{
    Store,
    source_files::{FileCopy, FileTake, TakenFile},
};

use super::{
    Fresh,
    given::{self, NOW, Tenant},
};

fn source() -> FolderSource {
    FolderSource {
        afterwards: Afterwards::Delete,
        ..FolderSource::new("exports".parse().unwrap(), "*.csv".parse().unwrap())
    }
}

fn taken(tenant: Tenant, upload: UploadId, clear_up: bool) -> TakenFile {
    TakenFile {
        id: given::id(),
        address: "exports/a.csv".to_owned(),
        file: FoundFile {
            name: "a.csv".to_owned(),
            size_bytes: 3,
            modified_at: Timestamp(7),
        },
        sha256: "00".to_owned(),
        copy: FileCopy::New {
            upload,
            bytes: 3,
            by: tenant.person,
        },
        clear_up: clear_up.then(source),
        repeat: None,
    }
}

async fn takes(store: &Store, tenant: Tenant, job: JobId) -> Vec<FileTake> {
    let addresses = ["exports/a.csv".to_owned(), "exports/b.csv".to_owned()];
    store
        .file_takes(tenant.namespace, job, &addresses)
        .await
        .unwrap()
}

async fn take(store: &Store, tenant: Tenant, job: JobId, clear_up: bool) -> UploadId {
    let upload = UploadId(given::id());
    store
        .remember_done_file(tenant.namespace, job, taken(tenant, upload, clear_up), NOW)
        .await
        .unwrap();
    upload
}

pub async fn a_taken_file_is_known_with_its_copy(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    let (other, _) = given::active(store, tenant, "Others").await;
    let upload = take(store, tenant, job.id, false).await;
    let known = takes(store, tenant, job.id).await;
    assert_eq!(known.len(), 1);
    assert_eq!(
        (known[0].upload, known[0].done_at, known[0].has_copy),
        (upload, Some(NOW), true)
    );
    assert_eq!(known[0].file, taken(tenant, upload, false).file);
    assert!(takes(store, tenant, other.id).await.is_empty());

    store
        .note_removed_upload(tenant.namespace, upload, NOW)
        .await
        .unwrap();
    store.forget_removed_uploads().await.unwrap();
    let known = takes(store, tenant, job.id).await;
    assert_eq!((known[0].done_at, known[0].has_copy), (Some(NOW), false));
    fresh.end().await;
}

pub async fn a_file_that_is_taken_again_has_a_new_copy(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    take(store, tenant, job.id, false).await;
    let newer = take(store, tenant, job.id, false).await;
    let known = takes(store, tenant, job.id).await;
    assert_eq!((known.len(), known[0].upload), (1, newer));
    fresh.end().await;
}

pub async fn files_are_cleared_up_when_their_rows_are_in(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    take(store, tenant, job.id, true).await;
    let files = store.files_to_clear_up(NOW, 10).await.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].job, &files[0].source), (job.id, &source()));

    let (id, later) = (files[0].id, NOW.plus_seconds(60));
    store
        .clear_up_file_later(tenant.namespace, id, later)
        .await
        .unwrap();
    assert!(store.files_to_clear_up(NOW, 10).await.unwrap().is_empty());
    assert_eq!(store.files_to_clear_up(later, 10).await.unwrap().len(), 1);
    store
        .file_is_cleared_up(tenant.namespace, id)
        .await
        .unwrap();
    assert!(store.files_to_clear_up(later, 10).await.unwrap().is_empty());
    assert_eq!(
        takes(store, tenant, job.id).await.len(),
        1,
        "it is remembered"
    );
    fresh.end().await;
}

pub async fn of_files_of_one_name_the_last_one_is_imported(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    let version = |size_bytes, sha256: &str| {
        let taken = taken(tenant, UploadId(given::id()), false);
        TakenFile {
            file: FoundFile {
                size_bytes,
                ..taken.file
            },
            sha256: sha256.to_owned(),
            ..taken
        }
    };
    let (first, second) = (version(3, "a"), version(4, "b"));
    let files = [first.file.clone(), second.file.clone()];
    let source = source();
    let known = async || {
        let known = store.known_files(tenant.namespace, job.id, None, &source, &files);
        let known = known.await.unwrap();
        let known = |file| known.get(file).map(|file: &KnownFile| file.known);
        [known(&files[0]), known(&files[1])]
    };
    assert_eq!(known().await, [None, None]);
    // One after the other, and the first as it was once more.
    let again = TakenFile {
        copy: FileCopy::Known(first.copy.upload()),
        ..first.clone()
    };
    for (seconds, taken, expected) in [
        (1, first, [Some(Known::Imported), None]),
        (2, second, [None, Some(Known::Imported)]),
        (3, again, [Some(Known::Imported), None]),
    ] {
        let at = NOW.plus_seconds(seconds);
        store
            .remember_done_file(tenant.namespace, job.id, taken, at)
            .await
            .unwrap();
        assert_eq!(known().await, expected, "{seconds}");
    }
    fresh.end().await;
}

pub async fn content_is_found_under_every_name_and_what_was_passed_over_is_no_import(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    let (copy, _) = given::active(store, tenant, "Copy").await;
    let (namespace, source) = (tenant.namespace, source());
    let named = |name: &str, repeat: Option<Repeat>| {
        let taken = taken(tenant, UploadId(given::id()), true);
        TakenFile {
            address: source.address(name),
            file: FoundFile {
                name: name.to_owned(),
                ..taken.file
            },
            repeat,
            ..taken
        }
    };
    let repeat = Repeat {
        kind: RepeatKind::SameContent,
        name: "a.csv".to_owned(),
    };
    let (first, second) = (named("a.csv", None), named("b.csv", Some(repeat.clone())));
    let files = [first.file.clone(), second.file.clone()];
    for (seconds, taken) in [(1, first), (2, second)] {
        let at = NOW.plus_seconds(seconds);
        store
            .remember_done_file(namespace, job.id, taken, at)
            .await
            .unwrap();
    }
    let known = store.known_files(namespace, job.id, None, &source, &files);
    let known = known.await.unwrap();
    let of = |file| {
        known
            .get(file)
            .map(|known| (known.known, known.repeat.clone()))
    };
    assert_eq!(of(&files[0]), Some((Known::Imported, None)));
    assert_eq!(of(&files[1]), Some((Known::PassedOver, Some(repeat))));

    let imports = store.imports_of_content(namespace, job.id, "00");
    let imports: Vec<_> = imports.await.unwrap();
    let found: Vec<_> = imports.iter().map(|take| take.file.name.as_str()).collect();
    assert_eq!(found, ["a.csv"]);
    for (job, sha256) in [(job.id, "01"), (copy.id, "00")] {
        let imports = store.imports_of_content(namespace, job, sha256);
        assert!(imports.await.unwrap().is_empty());
    }
    for (job, seconds, expected) in [(job.id, 1, true), (job.id, 2, false), (copy.id, 0, false)] {
        let since = NOW.plus_seconds(seconds);
        let has_imported = store.has_imported_since(namespace, job, since);
        assert_eq!(has_imported.await.unwrap(), expected);
    }
    for (job, file, expected) in [
        (copy.id, 0, Some("Customers")),
        (copy.id, 1, None),
        (job.id, 0, None),
    ] {
        let other = store.job_with_imports_of(namespace, job, &source, &files[file..=file]);
        assert_eq!(other.await.unwrap().as_deref(), expected);
    }
    let to_clear_up = store
        .files_to_clear_up(NOW.plus_seconds(9), 10)
        .await
        .unwrap();
    let known: Vec<_> = to_clear_up.iter().map(|file| file.known).collect();
    assert_eq!(known, [Known::Imported, Known::PassedOver]);
    fresh.end().await;
}
