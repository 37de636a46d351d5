//! Slots: numbers that tell the living processes of one component apart.
//!
//! A process id would make a new series with every start. A slot is the lowest number that no living process of the component has, so
//! there are never more values than processes at one time. The operating system keeps the lock of a slot for as long as its process lives,
//! however that ends: no process has to find out whether another is alive.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// More processes of one component at one time are a mistake.
const SLOTS: u32 = 10_000;

/// The slot of a process, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    path: PathBuf,
    pub(super) number: u32,
    /// Locked while it is open.
    lock: File,
}

impl Slot {
    /// Takes the lowest slot of a component in a folder, which is made if there is none.
    pub(super) fn claim(folder: &Path, component: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for number in 1..=SLOTS {
            let path = folder.join(format!("{component}-{number}.lock"));
            if let Some(lock) = lock(&path)? {
                return Ok(Slot { path, number, lock });
            }
        }
        Err(io::Error::other(format!("{SLOTS} processes of {component} have a slot")))
    }

    /// Whether others see the lock. Somebody may have emptied the folder.
    pub(super) fn is_seen(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            match (self.lock.metadata(), fs::metadata(&self.path)) {
                (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
                _ => false,
            }
        }
        #[cfg(not(unix))]
        {
            self.lock.metadata().is_ok() && self.path.exists()
        }
    }

    /// The file that tells others about the process in this slot.
    pub(super) fn target_file(&self) -> PathBuf {
        self.path.with_extension("json")
    }
}

/// Locks a file, which is made if there is none; nothing if another process has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = match File::options().write(true).create(true).truncate(false).open(path) {
        Ok(file) => file,
        // Another user's.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && path.exists() => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes the target files of processes that are gone, as far as that can be done.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let target = path.with_extension("json");
        // What has no lock beside it is not ours.
        let is_lock = path.extension().is_some_and(|extension| extension == "lock");
        if is_lock
            && target.exists()
            && let Ok(Some(_gone)) = lock(&path)
        {
            let _ = remove(&target);
        }
    }
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
