//! Files that are made, and whether those on disk are what would be made.

use std::{fs, io, path::Path};

use crate::pack::error::PackError;

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its path in the folder of the pack, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// Writes files into a folder, and answers the paths of those that were not so before.
pub(super) fn write(files: &[PackFile], folder: &Path) -> Result<Vec<String>, PackError> {
    let mut written = Vec::new();
    for PackFile { path, text } in files {
        let file = folder.join(path);
        if read(&file)?.as_deref() == Some(text) {
            continue;
        }
        let failed = |error| PackError::File { what: "write", path: file.display().to_string(), error };
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&file, text).map_err(failed)?;
        written.push(path.clone());
    }
    Ok(written)
}

/// Refuses a folder whose files are not these.
pub(super) fn check(files: &[PackFile], folder: &Path, made_by: &str) -> Result<(), PackError> {
    let mut drifts = Vec::new();
    for PackFile { path, text } in files {
        let written = read(&folder.join(path))?;
        if written.as_deref() != Some(text) {
            drifts.push(format!("{path}{}", difference(written.as_deref(), text)));
        }
    }
    if drifts.is_empty() { Ok(()) } else { Err(PackError::Drift { files: drifts, made_by: made_by.to_owned() }) }
}

fn read(file: &Path) -> Result<Option<String>, PackError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(PackError::File { what: "read", path: file.display().to_string(), error }),
    }
}

/// The first line that differs.
fn difference(written: Option<&str>, text: &str) -> String {
    let Some(written) = written else { return " is not there".to_owned() };
    let (mut has, mut wants) = (written.lines(), text.lines());
    for number in 1.. {
        let (has, wants) = (has.next(), wants.next());
        if has.is_none() && wants.is_none() {
            break;
        }
        if has != wants {
            let shown = |line: Option<&str>| line.unwrap_or("the end of the file").trim().to_owned();
            return format!(", line {number}\n  it says   {}\n  should be {}", shown(has), shown(wants));
        }
    }
    " differs in how its lines end".to_owned()
}
