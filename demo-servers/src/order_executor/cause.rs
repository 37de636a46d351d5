//! Why a database refuses, in words that say what to do.

use sqlx::Error;

/// The cause of an error, with what helps where that is known.
pub(super) fn cause(error: &Error) -> String {
    match advice(error) {
        Some(advice) => format!("{advice} ({error})"),
        None => error.to_string(),
    }
}

fn advice(error: &Error) -> Option<&'static str> {
    let code = error.as_database_error()?.code()?;
    // SQLite has numbers, of which the lowest byte says the kind; PostgreSQL has five characters.
    if code.len() == 5 {
        return match &*code {
            "53100" => Some(FULL),
            "25006" => Some(READ_ONLY),
            "XX001" | "XX002" => Some(DAMAGED),
            _ => None,
        };
    }
    match code.parse::<u32>().ok()? & 0xff {
        8 => Some(READ_ONLY),
        10 => Some("the disk or the file system fails"),
        11 | 26 => Some(DAMAGED),
        13 => Some(FULL),
        14 => Some("the file cannot be opened; its folder must be there, and writable"),
        _ => None,
    }
}

const FULL: &str = "the disk is full; free some space";
const READ_ONLY: &str = "it is read-only; make the file and its folder writable";
const DAMAGED: &str = "it is damaged, or no database; put a copy in its place, or move it away to begin anew";
