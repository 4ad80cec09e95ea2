//! Files on their way in: announced, sent in chunks from any point where they stopped, hashed when they are whole.

use std::fs::TryLockError;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use domain::id::{NamespaceId, UploadId};
use domain::name::shown_file_name;
use domain::role::Action;
use sha2::{Digest, Sha256};
use store::uploads::{Announced, NewUpload, Upload, UploadLimits};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _, BufWriter};

use crate::access::{Access, Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;
use crate::token::hex;

const BUFFER_BYTES: usize = 1 << 20;

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadProgress {
    pub id: UploadId,
    pub bytes: u64,
    /// Durably stored, from the first byte on without a gap.
    pub received_bytes: u64,
    /// Whole, and hashed.
    pub complete: bool,
}

/// The answer to the wish to send a chunk.
pub enum Opening {
    Ready(Box<Receiver>),
    /// The chunk does not go on where the upload stands, or another request is sending one.
    Elsewhere(UploadProgress),
}

/// Takes the bytes of one chunk. Dropped without [`Receiver::finish`] it leaves the upload where it stood.
pub struct Receiver {
    context: Context,
    namespace: NamespaceId,
    id: UploadId,
    /// Holds the file's lock, so that there is one receiver at a time.
    file: BufWriter<File>,
    path: PathBuf,
    bytes: u64,
    /// As the store knows it, and with what was written since.
    stored: u64,
    written: u64,
}

/// The first bytes of a file.
#[derive(Clone, Debug)]
pub struct FileHead {
    pub file_name: String,
    /// Of the whole file.
    pub file_bytes: u64,
    pub bytes: Vec<u8>,
}

/// The beginning of the file that a run has read, as far as it is still kept.
pub async fn head_of_run(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    at_most: u64,
) -> Result<FileHead, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let record = context.store.run(access.namespace, parse_id(run)?).await?;
    let gone = || {
        OperationError::conflict(
            "The file of this run is no longer kept.",
            "Choose the file again.",
        )
    };
    let upload = record.upload.ok_or_else(gone)?;
    let path = context.folder.upload(upload.id);
    let read = blocking(move || {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?
            .take(at_most)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    let bytes = match read.await {
        Err(OperationError::Unavailable(error)) if is_missing(&*error) => return Err(gone()),
        read => read?,
    };
    Ok(FileHead {
        file_name: upload.file_name,
        file_bytes: upload.bytes,
        bytes,
    })
}

/// Announces a file of so many bytes.
pub async fn create(
    context: &Context,
    actor: &Actor,
    slug: &str,
    file_name: &str,
    bytes: u64,
) -> Result<UploadProgress, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    if bytes > context.limits.upload_bytes {
        return Err(OperationError::invalid(
            "bytes",
            format!(
                "The file has {bytes} bytes; {} are allowed.",
                context.limits.upload_bytes
            ),
            "Split the file, or ask your operator for a higher limit.",
        ));
    }
    leave_room(context, bytes).await?;
    let id = UploadId(context.ids.next());
    let path = context.folder.upload(id);
    blocking({
        let path = path.clone();
        move || make_file(&path)
    })
    .await?;
    // Browsers send a bare name; other clients may send a path, or anything.
    let file_name = shown_file_name(file_name);
    let new = NewUpload {
        id,
        file_name,
        bytes,
        by: actor.person,
    };
    let limits = UploadLimits {
        bytes: context.limits.namespace_bytes,
        open: context.limits.open_uploads,
    };
    let announced = context
        .store
        .announce_upload(access.namespace, new, limits, context.now())
        .await;
    if !matches!(announced, Ok(Announced::Made)) {
        blocking(move || std::fs::remove_file(path)).await?;
    }
    match announced? {
        Announced::Made => {}
        Announced::TooManyOpen => {
            return Err(OperationError::conflict(
                format!(
                    "{} files of this namespace are being uploaded already.",
                    limits.open
                ),
                "Wait until one of them is here; one that broke off is given up after a week.",
            ));
        }
        Announced::OverQuota { stored } => return Err(over_quota(context, stored)),
    }
    if bytes == 0 {
        complete(context, access.namespace, id, context.folder.upload(id)).await?;
    }
    progress(context, &access, id).await
}

/// Where to go on.
pub async fn state(
    context: &Context,
    actor: &Actor,
    slug: &str,
    id: &str,
) -> Result<UploadProgress, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    progress(context, &access, parse_id(id)?).await
}

/// Forgets an upload that was given up, and deletes what came of it. One that a job has taken up is refused, whatever became of
/// its runs: it stays for as long as the operator keeps uploads.
pub async fn discard(
    context: &Context,
    actor: &Actor,
    slug: &str,
    id: &str,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let id = parse_id(id)?;
    context.store.upload(access.namespace, id).await?;
    let (store, namespace) = (&context.store, access.namespace);
    let is_given_up = store.forget_upload(namespace, id).await?
        // Whoever takes it up between the two is seen by the second.
        || (!store.was_read(namespace, id).await?
            && store
                .note_removed_upload(namespace, id, context.now())
                .await?);
    if !is_given_up {
        return Err(OperationError::conflict(
            "An import has taken the upload up.",
            "It is deleted by itself when it is not kept any more.",
        ));
    }
    let path = context.folder.upload(id);
    // What a crash leaves here is a stray, which the clean-up finds.
    match blocking(move || std::fs::remove_file(path)).await {
        Err(OperationError::Unavailable(error)) if is_missing(&*error) => Ok(()),
        removed => removed,
    }
}

/// Opens the upload for a chunk of `length` bytes, where that is known, that starts at `offset`.
pub async fn open(
    context: &Context,
    actor: &Actor,
    slug: &str,
    id: &str,
    offset: u64,
    length: Option<u64>,
) -> Result<Opening, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let id = parse_id(id)?;
    let before = context.store.upload(access.namespace, id).await?;
    if length.is_some_and(|length| offset.saturating_add(length) > before.bytes) {
        return Err(longer_than_announced(before.bytes));
    }
    leave_room(context, length.unwrap_or(0)).await?;
    let path = context.folder.upload(id);
    let Some(file) = blocking({
        let path = path.clone();
        move || lock(&path)
    })
    .await?
    else {
        return Ok(Opening::Elsewhere(before.into()));
    };
    // Only now nobody else moves it.
    let mut upload = context.store.upload(access.namespace, id).await?;
    let on_disk = file.metadata()?.len();
    if on_disk < upload.received && !upload.is_complete() {
        context
            .store
            .set_received(access.namespace, id, upload.received, on_disk)
            .await?;
        upload.received = on_disk;
    }
    if upload.is_complete() || offset != upload.received {
        return Ok(Opening::Elsewhere(upload.into()));
    }
    let mut file = File::from_std(file);
    // What a broken request wrote beyond the acknowledged bytes goes.
    file.set_len(upload.received).await?;
    file.seek(std::io::SeekFrom::Start(upload.received)).await?;
    Ok(Opening::Ready(Box::new(Receiver {
        context: context.clone(),
        namespace: access.namespace,
        id,
        file: BufWriter::with_capacity(BUFFER_BYTES, file),
        path,
        bytes: upload.bytes,
        stored: upload.received,
        written: upload.received,
    })))
}

impl Receiver {
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), OperationError> {
        let written = self.written + bytes.len() as u64;
        if written > self.bytes {
            return Err(longer_than_announced(self.bytes));
        }
        self.file.write_all(bytes).await?;
        self.written = written;
        Ok(())
    }

    /// Makes what was written durable; hashes and closes the upload where it is whole. It goes through even when the caller
    /// goes away, because the bytes are here.
    pub async fn finish(self) -> Result<UploadProgress, OperationError> {
        tokio::spawn(self.store())
            .await
            .map_err(OperationError::unavailable)?
    }

    async fn store(mut self) -> Result<UploadProgress, OperationError> {
        self.file.flush().await?;
        self.file.get_ref().sync_all().await?;
        if self.written != self.stored {
            self.context
                .store
                .set_received(self.namespace, self.id, self.stored, self.written)
                .await?;
        }
        if self.written == self.bytes {
            complete(&self.context, self.namespace, self.id, self.path).await?;
        }
        let upload = self.context.store.upload(self.namespace, self.id).await?;
        Ok(upload.into())
    }
}

impl From<Upload> for UploadProgress {
    fn from(upload: Upload) -> Self {
        let complete = upload.is_complete();
        Self {
            id: upload.id,
            bytes: upload.bytes,
            received_bytes: upload.received,
            complete,
        }
    }
}

/// Whether a job may read it: it is whole, and its file is still kept.
pub(crate) fn require_readable(upload: &Upload) -> Result<(), OperationError> {
    if upload.is_removed() {
        return Err(OperationError::invalid(
            "upload",
            "The file is no longer kept.",
            "Choose it again.",
        ));
    }
    if !upload.is_complete() {
        return Err(OperationError::invalid(
            "upload",
            "The file is not here yet.",
            "Wait until it is uploaded.",
        ));
    }
    Ok(())
}

async fn progress(
    context: &Context,
    access: &Access,
    id: UploadId,
) -> Result<UploadProgress, OperationError> {
    Ok(context.store.upload(access.namespace, id).await?.into())
}

async fn complete(
    context: &Context,
    namespace: NamespaceId,
    id: UploadId,
    path: PathBuf,
) -> Result<(), OperationError> {
    let digest = blocking(move || digest(&path)).await?;
    context
        .store
        .complete_upload(namespace, id, &digest, context.now())
        .await?;
    Ok(())
}

fn make_file(path: &Path) -> std::io::Result<()> {
    std::fs::File::create_new(path)?.sync_all()?;
    // The name is durable once its folder is.
    match path.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Whether the disk still has what is to be left free when so many bytes have come.
async fn leave_room(context: &Context, bytes: u64) -> Result<(), OperationError> {
    let free_bytes = context.free_bytes.clone();
    let free = blocking(move || free_bytes()).await?;
    if free < context.limits.reserved_bytes.saturating_add(bytes) {
        return Err(OperationError::OutOfSpace);
    }
    Ok(())
}

fn over_quota(context: &Context, stored: u64) -> OperationError {
    let contact = match context.limit_contact.as_ref() {
        "" => "your operator",
        contact => contact,
    };
    OperationError::conflict(
        format!(
            "The files of this namespace have {stored} bytes; {} are allowed with this one.",
            context.limits.namespace_bytes
        ),
        format!(
            "Files that no job reads any more go by themselves after a while; {contact} decides on more."
        ),
    )
}

/// `None`: another request holds it.
fn lock(path: &Path) -> std::io::Result<Option<std::fs::File>> {
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&sha256.finalize())),
            length => sha256.update(&buffer[..length]),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, OperationError> {
    Ok(tokio::task::spawn_blocking(work)
        .await
        .map_err(OperationError::unavailable)??)
}

fn is_missing(error: &(dyn std::error::Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

fn longer_than_announced(bytes: u64) -> OperationError {
    OperationError::invalid(
        "bytes",
        format!("More was sent than the {bytes} bytes that were announced."),
        "The file may have changed since it was chosen; choose it again.",
    )
}
