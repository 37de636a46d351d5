//! What one `up` has to itself: its folder, and the ports of its components.

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    net::{TcpListener, UdpSocket},
    path::Path,
};

use anyhow::{Context, bail};

use super::member::Member;

/// Keeps a folder and ports from another `up`, until it is dropped or the process ends.
pub(super) struct Claim {
    _folder: File,
    _ports: Vec<UdpSocket>,
}

impl Claim {
    /// Takes them, or says who has them.
    pub(super) fn take(folder: &Path, members: &[Member]) -> anyhow::Result<Self> {
        let file = lock(folder)?;
        let mut ports = Vec::new();
        for Member { component, address } in members {
            // Between the look at a port and its component's start another `up` might look at it, too. Nothing is sent over UDP
            // here: its port is the lock of the other, which ends with the process.
            let claimed = UdpSocket::bind(address).map(|socket| ports.push(socket));
            if let Err(error) = claimed.and_then(|()| TcpListener::bind(address)) {
                bail!(
                    "address {address} of {} is already in use or cannot be listened on ({error}); stop the process that listens \
                     there, or move every port with --port-offset",
                    component.name,
                );
            }
        }
        Ok(Claim { _folder: file, _ports: ports })
    }
}

/// The lock of a folder, which holds the number of the process that has it.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("up.lock");
    let open = File::options().create(true).read(true).write(true).truncate(false).open(&path);
    let mut file = open.with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut process = String::new();
            let _ = file.read_to_string(&mut process);
            let process = process.trim();
            bail!(
                "another `cryptofunk up` (process {process}) keeps its data in {}; stop it, or start this one in another folder or \
                 with another --port-offset",
                folder.display(),
            );
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(file)
}
