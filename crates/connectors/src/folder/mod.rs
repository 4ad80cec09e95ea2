//! Local folders that the operator allows.

mod inbox;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use domain::folder::{FolderName, FolderProblem, FolderSource};
use thiserror::Error;

use self::inbox::FolderInbox;
use crate::inbox::{Inbox, InboxError, Inboxes};

/// One that the operator allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedFolder {
    pub name: FolderName,
    pub path: PathBuf,
    /// The one namespace that may use it, by its slug; `None`: all.
    pub namespace: Option<String>,
}

/// Why a text names no folder to allow.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AllowedFolderProblem {
    #[error("`{0}` is not written NAME=PATH or NAMESPACE/NAME=PATH")]
    Form(String),
    #[error("`{name}` cannot be the name of a folder: {problem}")]
    Name {
        name: String,
        problem: FolderProblem,
    },
    #[error("the path of `{0}` is not absolute")]
    Relative(String),
}

/// `erp=/srv/erp`, or for one namespace alone `shop/erp=/srv/shop/erp`.
impl FromStr for AllowedFolder {
    type Err = AllowedFolderProblem;

    fn from_str(text: &str) -> Result<Self, AllowedFolderProblem> {
        let (name, path) = text
            .split_once('=')
            .ok_or_else(|| AllowedFolderProblem::Form(text.to_owned()))?;
        let (namespace, name) = match name.split_once('/') {
            Some(("", _)) => return Err(AllowedFolderProblem::Form(text.to_owned())),
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, name),
        };
        let path = PathBuf::from(path);
        if !path.is_absolute() {
            return Err(AllowedFolderProblem::Relative(name.to_owned()));
        }
        Ok(Self {
            name: name.parse().map_err(|problem| AllowedFolderProblem::Name {
                name: name.to_owned(),
                problem,
            })?,
            path,
            namespace,
        })
    }
}

#[derive(Clone, Debug, Default)]
pub struct AllowedFolders(Vec<AllowedFolder>);

impl AllowedFolders {
    pub fn new(folders: Vec<AllowedFolder>) -> Self {
        Self(folders)
    }

    fn of<'a>(&'a self, namespace_slug: &'a str) -> impl Iterator<Item = &'a AllowedFolder> {
        self.0.iter().filter(move |folder| {
            folder
                .namespace
                .as_ref()
                .is_none_or(|namespace| namespace == namespace_slug)
        })
    }
}

impl Inboxes for AllowedFolders {
    fn folders(&self, namespace_slug: &str) -> Vec<FolderName> {
        let mut names: Vec<_> = self
            .of(namespace_slug)
            .map(|folder| folder.name.clone())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn open(
        &self,
        namespace_slug: &str,
        source: &FolderSource,
    ) -> Result<Box<dyn Inbox>, InboxError> {
        // A namespace's own folder goes before one of the same name that all may use.
        let folder = self
            .of(namespace_slug)
            .filter(|folder| folder.name == source.folder)
            .max_by_key(|folder| folder.namespace.is_some())
            .ok_or_else(|| InboxError::NotAllowed {
                folder: source.folder.clone(),
            })?;
        let root = fs::canonicalize(&folder.path)?;
        let place = below(&root, source.subfolder.names(), &source.place())?;
        Ok(Box::new(FolderInbox::new(root, place)))
    }
}

/// The folder that the names lead to, every link followed. It lies in `root` or is an error.
fn below<'a>(
    root: &Path,
    names: impl Iterator<Item = &'a str>,
    shown: &str,
) -> Result<PathBuf, InboxError> {
    let path = fs::canonicalize(names.fold(root.to_owned(), |path, name| path.join(name)))?;
    if path.starts_with(root) {
        Ok(path)
    } else {
        Err(InboxError::LeadsOut {
            place: shown.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_a_name_an_absolute_path_and_perhaps_a_namespace() {
        let folder: AllowedFolder = "shop-1=/srv/a=b".parse().unwrap();
        assert_eq!(
            (folder.name.as_str(), folder.path.as_path()),
            ("shop-1", Path::new("/srv/a=b"))
        );
        assert_eq!(folder.namespace, None);
        let folder: AllowedFolder = "acme/erp=/srv/erp".parse().unwrap();
        assert_eq!(folder.namespace.as_deref(), Some("acme"));
        for refused in ["/srv", "=/srv", "/erp=/srv", "a b=/srv", "a=srv", "a="] {
            assert!(refused.parse::<AllowedFolder>().is_err(), "{refused}");
        }
    }
}
