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

/// Writes files into a folder, and answers the paths of those that were not so before. [`Pack::write`](super::Pack::write) does it with its own;
/// this is for those that a program adds or puts elsewhere.
///
/// # Errors
///
/// Files that cannot be written.
pub fn write_files(files: &[PackFile], folder: &Path) -> Result<Vec<String>, PackError> {
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

/// Refuses a folder whose files are not these, which the command `made_by` makes.
///
/// # Errors
///
/// [`PackError::Drift`], which names the files, the first line of each that differs, and the heading that it stands under.
pub fn check_files(files: &[PackFile], folder: &Path, made_by: &str) -> Result<(), PackError> {
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

/// What headings of Markdown, JSON and rule files begin with.
const HEADINGS: [&str; 5] = ["## ", "### ", "\"name\":", "- alert:", "- record:"];

/// The first line that differs, and what it stands under.
fn difference(written: Option<&str>, text: &str) -> String {
    let Some(written) = written else { return " is not there".to_owned() };
    let (mut has, mut wants) = (written.lines(), text.lines());
    let mut heading = "";
    for number in 1.. {
        let (has, wants) = (has.next(), wants.next());
        if has != wants {
            let under = if heading.is_empty() { String::new() } else { format!(", under {heading}") };
            let shown = |line: Option<&str>| line.unwrap_or("the end of the file").trim().to_owned();
            return format!(", line {number}{under}\n  it says   {}\n  should be {}", shown(has), shown(wants));
        }
        match has.map(str::trim) {
            Some(line) if HEADINGS.iter().any(|start| line.starts_with(start)) => heading = line,
            Some(_) => {}
            None => break,
        }
    }
    " differs in how its lines end".to_owned()
}
