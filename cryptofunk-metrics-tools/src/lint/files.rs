//! The files of a command line: folders are looked through, and texts are decoded.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// How deep folders are followed.
const DEEPEST: usize = 32;

/// A file to check.
#[derive(Debug)]
pub struct Input {
    /// The path as messages name it; `-` is the standard input.
    pub name: String,
    /// Its text, or why it cannot be read.
    pub text: Result<String, Unreadable>,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The operating system refuses to read it.
    Io(io::Error),
    /// It is neither UTF-8 nor UTF-16.
    NoText,
}

/// Reads files, and in folders all files that end in `.yml`, `.yaml`, `.json` or `.rules`, without hidden ones. `-` is standard input.
pub fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            found.push(Input { name: "-".to_owned(), text: read.map_err(Unreadable::Io).and_then(|_| text(bytes)) });
        } else if path.is_dir() {
            let mut files = Vec::new();
            folder(path, DEEPEST, &mut files);
            files.sort();
            found.extend(files.iter().filter(|file| seen.insert((*file).clone())).map(|file| input(file)));
        } else if seen.insert(path.clone()) {
            found.push(input(path));
        }
    }
    found
}

fn input(path: &Path) -> Input {
    let text = fs::read(path).map_err(Unreadable::Io).and_then(text);
    Input { name: path.display().to_string(), text }
}

/// The files of a folder and of those inside it, but for what is hidden. A folder that cannot be listed is a file that cannot be read.
fn folder(path: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else {
        files.push(path.to_owned());
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        if name.starts_with('.') {
            continue;
        }
        // A link to a folder could lead around in a circle.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth > 0 {
            folder(&path, depth - 1, files);
        } else if path.is_file() && [".yml", ".yaml", ".json", ".rules"].iter().any(|end| name.ends_with(end)) {
            files.push(path);
        }
    }
}

/// Decodes a text: UTF-8, or UTF-16 with a byte order mark.
fn text(bytes: Vec<u8>) -> Result<String, Unreadable> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| Unreadable::NoText)
    };
    match &bytes[..] {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|_| Unreadable::NoText),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_listed_is_told() {
        let gone = Path::new("target/no such folder");
        let mut files = Vec::new();
        folder(gone, DEEPEST, &mut files);
        assert_eq!(files, [gone]);
        assert!(matches!(input(gone).text, Err(Unreadable::Io(_))));
    }

    #[test]
    fn texts_are_decoded_by_their_byte_order_mark() {
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a: ü".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(text(wide).expect("a text"), "a: ü");
        assert!(matches!(text(vec![b'a', 0xC3]), Err(Unreadable::NoText)));
    }
}
