//! The label `instance` of a process.

use std::{
    env, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::slot::Slot;
use crate::error::Error;

/// The variable with the name that stands before the slot.
const NAME: &str = "METRICS_INSTANCE";

/// What the label `instance` of this process is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InstanceSettings {
    /// The folder of the slots.
    pub(crate) folder: PathBuf,
    /// What stands before the slot; else the component.
    name: Option<String>,
}

impl InstanceSettings {
    /// Slots in `folder`, or where processes of this user keep them.
    pub(crate) fn from_env(folder: Option<PathBuf>) -> Result<Self, Error> {
        let name = env::var(NAME).ok().filter(|name| !name.is_empty());
        if let Some(name) = &name
            && !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        {
            let expected = "a name of letters, digits, `-`, `_` and `.`, such as that of the machine";
            return Err(Error::Setting { variable: NAME, value: name.clone(), expected });
        }
        Ok(InstanceSettings { folder: folder.unwrap_or_else(own_folder), name })
    }
}

/// A folder that ends with the user's login, or one for temporary files.
fn own_folder() -> PathBuf {
    if let Some(folder) = env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty()) {
        return PathBuf::from(folder).join("cryptofunk-metrics");
    }
    let user = env::var("USER").unwrap_or_default();
    let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    env::temp_dir().join(format!("cryptofunk-metrics-{user}"))
}

/// The label `instance` of a process: a name and a slot, which other processes have once this one is gone.
#[derive(Debug)]
pub(crate) struct Instance {
    settings: InstanceSettings,
    component: String,
    slot: Mutex<Option<Slot>>,
}

impl Instance {
    pub(crate) fn new(settings: InstanceSettings, component: &str) -> Self {
        // Names that the macros check have none of these; a name that is written by hand may.
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        Instance { settings, component: component.chars().map(plain).collect(), slot: Mutex::default() }
    }

    /// The component, as it may stand in the name of a file and in a URL.
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(crate) fn component(&self) -> &str {
        &self.component
    }

    /// The value of the label.
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(crate) fn label(&self) -> io::Result<String> {
        self.with_slot(|_, label| Ok(label))
    }

    /// Does something with the file of the slot and the value of the label. Takes a slot if there is none, or if others cannot see it.
    pub(super) fn with_slot<T>(&self, act: impl FnOnce(&Path, String) -> io::Result<T>) -> io::Result<T> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_some_and(|slot| !slot.is_seen()) {
            *slot = None;
        }
        let slot = match &mut *slot {
            Some(slot) => slot,
            none => none.insert(Slot::claim(&self.settings.folder, &self.component)?),
        };
        let name = self.settings.name.as_deref().unwrap_or(&self.component);
        act(&slot.target_file(), format!("{name}-{}", slot.number))
    }

    /// The file of the slot, if there is one.
    pub(super) fn target_file(&self) -> Option<PathBuf> {
        let slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().filter(|slot| slot.is_seen()).map(Slot::target_file)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.settings.folder
    }
}
