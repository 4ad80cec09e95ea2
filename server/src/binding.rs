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
    #[error("the data folder does not say to which instance it belongs")]
    Folder(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Binds them where they are new, and refuses what does not belong together. Any number of processes may begin at once.
pub async fn bind(store: &Store, folder: &DataFolder, ids: &dyn Ids) -> Result<(), BindingError> {
    let (in_folder, in_database) = (folder.instance()?, store.known_instance().await?);
    let database = if let Some(database) = in_database {
        database
    } else {
        if folder.has_files()? && store.is_unused().await? {
            return Err(BindingError::EmptyDatabase);
        }
        let instance = match in_folder {
            Some(instance) => instance,
            None => folder.belong_to(ids.next())?,
        };
        store.instance_id(instance).await?
    };
    match folder.instance()? {
        Some(instance) if instance == database => Ok(()),
        _ => Err(BindingError::OtherInstance {
            database,
            file: folder.instance_file(),
        }),
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
