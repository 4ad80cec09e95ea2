//! A disk that fails on demand, for tests: SQLite files below a folder are full, or cannot be written or synced, at a chosen
//! place. It is a VFS (<https://www.sqlite.org/vfs.html>) that hands everything to the system's own and only answers in its
//! place where it is told to fail. It becomes the default of the process; files of other folders are left alone.

#![expect(
    unsafe_code,
    reason = "SQLite asks for its files through tables of C functions"
)]

use std::collections::HashMap;
use std::ffi::{CStr, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Once, PoisonError};

use libsqlite3_sys::{
    SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, SQLITE_OK, sqlite3_file, sqlite3_filename,
    sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

/// What a write is answered; a sync is answered that it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no room.
    Full,
    /// The disk is broken.
    Broken,
}

/// The files below one folder.
#[derive(Clone, Debug)]
pub struct FailingDisk(Arc<Plan>);

#[derive(Debug, Default)]
struct Plan {
    /// Writes and syncs so far.
    operations: AtomicU64,
    fail: Mutex<Option<(u64, Fault, Lasting)>>,
    failed: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lasting {
    Once,
    UntilHealed,
}

impl FailingDisk {
    /// Files that SQLite opens below the folder from now on.
    pub fn below(folder: &Path) -> Self {
        register();
        let folder = folder.canonicalize().expect("the folder is there");
        let plan = Arc::new(Plan::default());
        locked(&FOLDERS).push((folder, Arc::clone(&plan)));
        Self(plan)
    }

    /// Writes and syncs so far.
    pub fn operations(&self) -> u64 {
        self.0.operations.load(Ordering::SeqCst)
    }

    /// So many more writes and syncs succeed, and the next one fails.
    pub fn fail_once_after(&self, operations: u64, fault: Fault) {
        self.fail(operations, fault, Lasting::Once);
    }

    /// So many more writes and syncs succeed, and no later one until [`FailingDisk::heal`].
    pub fn fail_after(&self, operations: u64, fault: Fault) {
        self.fail(operations, fault, Lasting::UntilHealed);
    }

    /// Everything succeeds again. Whether anything has failed.
    pub fn heal(&self) -> bool {
        *locked(&self.0.fail) = None;
        self.0.failed.swap(false, Ordering::SeqCst)
    }

    fn fail(&self, operations: u64, fault: Fault, lasting: Lasting) {
        *locked(&self.0.fail) = Some((self.operations() + operations, fault, lasting));
    }
}

impl Plan {
    /// Counts an operation. `Some`: it is to fail.
    fn next(&self) -> Option<Fault> {
        let number = self.operations.fetch_add(1, Ordering::SeqCst);
        let mut fail = locked(&self.fail);
        let (from, fault, lasting) = (*fail)?;
        if number < from {
            return None;
        }
        if lasting == Lasting::Once {
            *fail = None;
        }
        self.failed.store(true, Ordering::SeqCst);
        Some(fault)
    }
}

/// An open file of a folder that may fail.
#[derive(Clone)]
struct OpenFile {
    plan: Arc<Plan>,
    methods: &'static sqlite3_io_methods,
}

static FOLDERS: Mutex<Vec<(PathBuf, Arc<Plan>)>> = Mutex::new(Vec::new());
/// By the address of SQLite's own structure.
static OPEN_FILES: LazyLock<Mutex<HashMap<usize, OpenFile>>> = LazyLock::new(Mutex::default);
/// The system's tables of functions by their address, and the tables that stand in for them.
static TABLES: LazyLock<Mutex<HashMap<usize, &'static sqlite3_io_methods>>> =
    LazyLock::new(Mutex::default);
/// Address of the system's own VFS.
static SYSTEM: Mutex<usize> = Mutex::new(0);

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite's list of VFSs is guarded by itself, and the one that it names lives as long as the process.
        unsafe {
            let system = sqlite3_vfs_find(std::ptr::null());
            assert!(!system.is_null(), "SQLite has a VFS on this system");
            *locked(&SYSTEM) = system as usize;
            let vfs = Box::leak(Box::new(std::ptr::read(system)));
            vfs.zName = c"failing".as_ptr();
            vfs.pNext = std::ptr::null_mut();
            vfs.xOpen = Some(open);
            assert_eq!(sqlite3_vfs_register(vfs, 1), SQLITE_OK);
        }
    });
}

/// Has the system open the file, and puts a table in front of its functions where the file may fail.
unsafe extern "C" fn open(
    _vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let system = *locked(&SYSTEM) as *mut sqlite3_vfs;
    // SAFETY: the system's VFS lives as long as the process; the arguments are SQLite's own and go on unchanged.
    let opened = unsafe {
        let open = (*system).xOpen.expect("a VFS opens files");
        open(system, name, file, flags, out_flags)
    };
    if opened != SQLITE_OK || name.is_null() {
        return opened;
    }
    // SAFETY: not null, and SQLite ends names with a zero byte.
    let path = PathBuf::from(
        unsafe { CStr::from_ptr(name) }
            .to_string_lossy()
            .into_owned(),
    );
    let folders = locked(&FOLDERS);
    let Some((_, plan)) = folders
        .iter()
        .rev()
        .find(|(folder, _)| path.starts_with(folder))
    else {
        return opened;
    };
    // SAFETY: an opened file has the system's table, which is static. SQLite calls nothing of the file before this returns.
    unsafe {
        let methods: &'static sqlite3_io_methods = &*(*file).pMethods;
        locked(&OPEN_FILES).insert(
            file as usize,
            OpenFile {
                plan: Arc::clone(plan),
                methods,
            },
        );
        let table = *locked(&TABLES)
            .entry(std::ptr::from_ref(methods) as usize)
            .or_insert_with(|| {
                let mut table = std::ptr::read(methods);
                table.xClose = Some(close);
                table.xWrite = Some(write);
                table.xSync = Some(sync);
                Box::leak(Box::new(table))
            });
        (*file).pMethods = table;
    }
    opened
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let known = locked(&OPEN_FILES)
        .remove(&(file as usize))
        .expect("only files in the list have this table");
    let close = known.methods.xClose.expect("a file can be closed");
    // SAFETY: the system's own function for its own file.
    unsafe { close(file) }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    offset: sqlite3_int64,
) -> c_int {
    let known = known(file);
    match known.plan.next() {
        Some(Fault::Full) => SQLITE_FULL,
        Some(Fault::Broken) => SQLITE_IOERR_WRITE,
        None => {
            let write = known.methods.xWrite.expect("a file can be written");
            // SAFETY: the system's own function for its own file, with SQLite's own arguments.
            unsafe { write(file, bytes, length, offset) }
        }
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let known = known(file);
    if known.plan.next().is_some() {
        return SQLITE_IOERR_FSYNC;
    }
    let sync = known.methods.xSync.expect("a file can be synced");
    // SAFETY: the system's own function for its own file.
    unsafe { sync(file, flags) }
}

fn known(file: *mut sqlite3_file) -> OpenFile {
    locked(&OPEN_FILES)
        .get(&(file as usize))
        .expect("only files in the list have this table")
        .clone()
}

/// A test that panics elsewhere leaves these as they were.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
