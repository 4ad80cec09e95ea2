//! Folder and database of one instance know each other. A database that does not belong to the folder knows none of its
//! files: it would take them all for leftovers.

use std::io;
use std::path::PathBuf;

use operations::context::Ids;
use operations::folders::DataFolder;
use store::{Store, StoreError};
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    #[error(
        "the database is new, and the data folder has files already: see whether --database-url and --data-folder are right. \
         To begin anew, give an empty data folder; to go on after a loss, put the database back from a backup first"
    )]
    EmptyDatabase,
    #[error(
        "the data folder belongs to another database: see whether --database-url and --data-folder are right. \
         If they belong together for certain, write {database} into {}", file.display()
    )]
    OtherInstance { database: Uuid, file: PathBuf },
    #[error(
        "{} does not say to which instance the data folder belongs: put the file back from a backup, \
         or remove it: the next start says what belongs into it", file.display()
    )]
    Folder { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Refuses a database that is known to belong to another folder, before anything is written to it.
pub async fn refuse_other(store: &Store, folder: &DataFolder) -> Result<(), BindingError> {
    let unreadable = |source| unreadable(folder, source);
    match (
        folder.instance().map_err(unreadable)?,
        store.known_instance().await?,
    ) {
        (Some(in_folder), Some(in_database)) if in_folder != in_database => {
            Err(other(folder, in_database))
        }
        _ => Ok(()),
    }
}

/// Binds them where they are new, and refuses what does not belong together. Any number of processes may begin at once.
pub async fn bind(store: &Store, folder: &DataFolder, ids: &dyn Ids) -> Result<(), BindingError> {
    let unreadable = |source| unreadable(folder, source);
    let in_folder = folder.instance().map_err(unreadable)?;
    let database = if let Some(database) = store.known_instance().await? {
        database
    } else {
        if folder.has_files().map_err(unreadable)? && store.is_unused().await? {
            return Err(BindingError::EmptyDatabase);
        }
        let instance = match in_folder {
            Some(instance) => instance,
            None => folder.belong_to(ids.next()).map_err(unreadable)?,
        };
        store.instance_id(instance).await?
    };
    match folder.instance().map_err(unreadable)? {
        Some(instance) if instance == database => Ok(()),
        _ => Err(other(folder, database)),
    }
}

fn other(folder: &DataFolder, database: Uuid) -> BindingError {
    BindingError::OtherInstance {
        database,
        file: folder.instance_file(),
    }
}

fn unreadable(folder: &DataFolder, source: io::Error) -> BindingError {
    BindingError::Folder {
        file: folder.instance_file(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;
    use store::people::NewPerson;

    use super::*;
    use crate::system::SystemIds;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn folder(&self) -> DataFolder {
            DataFolder::open(self.0.path()).unwrap()
        }

        async fn store(&self) -> Store {
            let store = Store::open_file(&self.0.path().join("weir.sqlite"))
                .await
                .unwrap();
            store.migrate().await.unwrap();
            store
        }

        async fn used(&self) -> Store {
            let (store, folder) = (self.store().await, self.folder());
            bind(&store, &folder, &SystemIds).await.unwrap();
            let person = NewPerson {
                id: domain::id::PersonId(Uuid::now_v7()),
                email: "ada@example.org".into(),
                name: "Ada".into(),
                operator: true,
                password_hash: None,
            };
            store.create_person(person, Timestamp(0)).await.unwrap();
            std::fs::write(self.0.path().join("uploads/one"), "x").unwrap();
            store
        }
    }

    #[tokio::test]
    async fn folder_and_database_are_bound_once_and_start_again() {
        let place = Place::new();
        let store = place.used().await;
        bind(&store, &place.folder(), &SystemIds).await.unwrap();
        assert_eq!(
            store.known_instance().await.unwrap(),
            place.folder().instance().unwrap()
        );
    }

    #[tokio::test]
    async fn another_database_is_refused() {
        let (place, elsewhere) = (Place::new(), Place::new());
        place.used().await;
        let new = elsewhere.store().await;
        assert!(matches!(
            bind(&new, &place.folder(), &SystemIds).await,
            Err(BindingError::EmptyDatabase)
        ));
        assert_eq!(new.known_instance().await.unwrap(), None);
        let used = elsewhere.used().await;
        let refused = bind(&used, &place.folder(), &SystemIds).await.unwrap_err();
        let file = place.folder().instance_file();
        assert!(refused.to_string().contains(file.to_str().unwrap()));
    }

    #[tokio::test]
    async fn the_database_of_another_folder_is_refused_before_it_is_touched() {
        let (place, elsewhere) = (Place::new(), Place::new());
        place.used().await;
        let used = elsewhere.used().await;
        assert!(matches!(
            refuse_other(&used, &place.folder()).await,
            Err(BindingError::OtherInstance { .. })
        ));
        // One without any table is asked too.
        let new = Store::open_file(&elsewhere.0.path().join("new.sqlite"))
            .await
            .unwrap();
        refuse_other(&new, &place.folder()).await.unwrap();
    }

    #[tokio::test]
    async fn a_damaged_id_in_the_folder_is_told_with_its_file() {
        let place = Place::new();
        let store = place.used().await;
        for content in ["", "no id"] {
            std::fs::write(place.folder().instance_file(), content).unwrap();
            let refused = bind(&store, &place.folder(), &SystemIds).await.unwrap_err();
            let file = place.folder().instance_file();
            assert!(refused.to_string().contains(file.to_str().unwrap()));
        }
    }

    #[tokio::test]
    async fn an_empty_folder_is_not_taken_for_that_of_a_used_database() {
        let (place, empty) = (Place::new(), Place::new());
        let store = place.used().await;
        assert!(matches!(
            bind(&store, &empty.folder(), &SystemIds).await,
            Err(BindingError::OtherInstance { .. })
        ));
    }

    #[tokio::test]
    async fn a_folder_of_before_is_bound_to_the_database_that_was_used_with_it() {
        let place = Place::new();
        let store = place.used().await;
        std::fs::remove_file(place.folder().instance_file()).unwrap();
        let database = place.store().await;
        assert!(matches!(
            bind(&database, &place.folder(), &SystemIds).await,
            Err(BindingError::OtherInstance { .. })
        ));
        let id = store.known_instance().await.unwrap().unwrap();
        std::fs::write(place.folder().instance_file(), id.to_string()).unwrap();
        bind(&database, &place.folder(), &SystemIds).await.unwrap();
    }
}
