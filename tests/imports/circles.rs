//! Circles of a graph of files.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::{Path, PathBuf},
};

use crate::edges::Imports;

/// One shortest circle through each file that is in one; each set of files once.
pub(crate) fn circles(imports: &Imports) -> Vec<Vec<PathBuf>> {
    let mut seen = BTreeSet::new();
    let shortest = imports.keys().filter_map(|file| circle(imports, file));
    shortest.filter(|circle| seen.insert(circle.iter().cloned().collect::<BTreeSet<_>>())).collect()
}

/// The shortest way from a file back to itself.
fn circle(imports: &Imports, start: &Path) -> Option<Vec<PathBuf>> {
    let mut before = BTreeMap::<&Path, &Path>::new();
    let mut next = VecDeque::from([start]);
    while let Some(file) = next.pop_front() {
        for target in imports.get(file).into_iter().flat_map(BTreeMap::keys) {
            if target == start {
                let mut way = vec![file.to_owned()];
                let mut at = file;
                while at != start {
                    at = before[at];
                    way.push(at.to_owned());
                }
                way.reverse();
                return Some(way);
            }
            if !before.contains_key(target.as_path()) {
                before.insert(target, file);
                next.push_back(target);
            }
        }
    }
    None
}

/// A circle as text: each file with the item that it imports from the next.
pub(crate) fn shown(imports: &Imports, circle: &[PathBuf]) -> String {
    let mut text = String::new();
    for (index, file) in circle.iter().enumerate() {
        let next = &circle[(index + 1) % circle.len()];
        text += &format!("    {} imports {} of {}\n", file.display(), imports[file][next], next.display());
    }
    text
}
