//! No two files of a crate import each other in a circle, no library file imports through its own lib.rs, and no file has more
//! than 500 lines.
//!
//! An import is a path in a `use`, an expression, a type, a pattern or a macro call. It leads to the file that defines the item,
//! through all re-exports; a file that only declares modules and re-exports is in no circle.

mod circles;
mod edges;
mod modules;

use std::path::{Path, PathBuf};

use circles::{circles, shown};
use edges::imports;
use modules::Crate;

const LINES: usize = 500;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// What is wrong with the imports of a crate.
fn mistakes(root: &str, read: &dyn Fn(&Path) -> Option<String>) -> String {
    let root = Path::new(root);
    let tree = Crate::read(root, read);
    let (imports, facades) = imports(&tree);
    let mut text = String::new();
    for circle in circles(&imports) {
        text += &format!("a circle:\n{}", shown(&imports, &circle));
    }
    if root.ends_with("lib.rs") {
        for facade in facades {
            text += &format!("through lib.rs: {facade}\n");
        }
    }
    text
}

#[track_caller]
fn check(root: &str) {
    let workspace = workspace();
    let mistakes = mistakes(root, &|file| std::fs::read_to_string(workspace.join(file)).ok());
    assert!(mistakes.is_empty(), "{root}\n{mistakes}");
}

#[test]
fn catalog() {
    check("cryptofunk-metrics-catalog/src/lib.rs");
}

#[test]
fn query() {
    check("cryptofunk-metrics-query/src/lib.rs");
}

#[test]
fn macros() {
    check("cryptofunk-metrics-macros/src/lib.rs");
}

#[test]
fn metrics() {
    check("cryptofunk-metrics/src/lib.rs");
}

#[test]
fn tools() {
    check("cryptofunk-metrics-tools/src/lib.rs");
    check("cryptofunk-metrics-tools/src/bin/metrics-lint/main.rs");
}

#[test]
fn demo() {
    check("demo-servers/src/lib.rs");
    check("demo-servers/src/main.rs");
}

#[test]
fn this_test_and_the_benches() {
    check("tests/imports/main.rs");
    check("benches/src/main.rs");
}

#[test]
fn no_file_is_too_long() {
    let mut folders = vec![workspace()];
    let mut long = Vec::new();
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = entry.file_name().expect("a name").to_string_lossy();
            if entry.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(entry);
            } else if name.ends_with(".rs") {
                files += 1;
                let lines = std::fs::read_to_string(&entry).expect("a text").lines().count();
                if lines > LINES {
                    long.push(format!("{}: {lines} lines", entry.display()));
                }
            }
        }
    }
    assert!(files > 200, "{files} files found");
    assert!(long.is_empty(), "above {LINES} lines: {long:#?}");
}

/// What is wrong with a crate of these files.
fn mistakes_of(files: &[(&str, &str)]) -> String {
    mistakes("lib.rs", &|file| {
        files.iter().find(|(name, _)| Path::new(name) == file).map(|(_, text)| (*text).to_owned())
    })
}

#[test]
fn a_circle_of_two_is_found() {
    let found = mistakes_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn f() { let _ = Some(crate::a::A(B)); }"),
    ]);
    assert_eq!(found, "a circle:\n    a.rs imports b::B of b.rs\n    b.rs imports a::A of a.rs\n");
}

#[test]
fn a_circle_of_three_is_found_in_macro_calls_and_patterns() {
    let found = mistakes_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "pub fn a() { assert!(super::b::b()); }"),
        ("b.rs", "use super::c; pub fn b() -> bool { matches!(1, c::ONE) }"),
        ("c.rs", "pub const ONE: i32 = 1; fn f(x: u8) { match x { crate::a::ZERO => {} _ => {} } }"),
    ]);
    assert!(
        found.starts_with("a circle:\n    a.rs imports b::b of b.rs\n    b.rs imports c::ONE of c.rs\n"),
        "{found}"
    );
}

#[test]
fn a_parent_that_calls_a_child_that_imports_from_it_is_a_circle() {
    let child = ("a/b.rs", "use super::Shared; pub fn run(_: Shared) {}");
    let found = mistakes_of(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; pub struct Shared; fn f() { b::run(Shared) }"),
        child,
    ]);
    assert!(found.contains("a/mod.rs imports a::b::run of a/b.rs"), "{found}");
    // Without the call there is none, nor if the parent hands on what another child defines.
    assert_eq!(mistakes_of(&[("lib.rs", "mod a;"), ("a/mod.rs", "mod b; pub struct Shared;"), child]), "");
    let parent = ("a/mod.rs", "mod b; mod c; pub use c::Shared; fn f() { b::run(Shared) }");
    assert_eq!(mistakes_of(&[("lib.rs", "mod a;"), parent, child, ("a/c.rs", "pub struct Shared;")]), "");
}

#[test]
fn a_re_export_is_transparent() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod inner; mod user; pub use inner::*; pub(crate) use self::user::User as Renamed;"),
        ("a/inner.rs", "pub struct Inner;"),
        ("a/user.rs", "use super::Inner; pub struct User(Inner);"),
        ("b.rs", "use crate::a::{Inner, Renamed}; fn f(_: Inner, _: Renamed) {}"),
    ];
    assert_eq!(mistakes_of(&files), "");
    let circular = ("a/inner.rs", "pub struct Inner; use super::Renamed;");
    let found = mistakes_of(&[files[0], files[1], circular, files[3], files[4]]);
    assert!(found.contains("a/inner.rs imports a::user::User of a/user.rs"), "{found}");
}

#[test]
fn glob_imports_count_what_is_used_of_them() {
    let (root, b) = (("lib.rs", "mod a; mod b;"), ("b.rs", "use crate::a::A; pub struct B(A); pub struct C;"));
    let found = mistakes_of(&[root, ("a.rs", "use crate::b::*; pub struct A; fn f(_: C) {}"), b]);
    assert!(found.contains("a.rs imports b::C of b.rs"), "{found}");
    assert_eq!(mistakes_of(&[root, ("a.rs", "use crate::b::*; pub struct A;"), b]), "");
}

#[test]
fn tests_in_the_same_file_import_nothing() {
    let file = ("a.rs", "pub struct A; #[cfg(test)] mod tests { use super::*; fn f(_: A) {} }");
    assert_eq!(mistakes_of(&[("lib.rs", "mod a;"), file]), "");
}

#[test]
fn the_facade_is_not_for_the_library() {
    let root = ("lib.rs", "extern crate self as own; pub mod a; mod b; pub use a::A; pub use other::Thing;");
    let a = ("a.rs", "pub struct A;");
    let found = mistakes_of(&[root, a, ("b.rs", "use crate::A; use own::Thing; use crate::a;")]);
    assert_eq!(found, "through lib.rs: b.rs: crate::A\nthrough lib.rs: b.rs: crate::Thing\n");
    assert_eq!(mistakes_of(&[root, a, ("b.rs", "use crate::a::A; use other::Thing;")]), "");
}

#[test]
fn a_module_and_a_function_may_have_one_name() {
    let root = ("lib.rs", "mod a; mod b; pub use a::a; pub fn b() { b::f() }");
    let b = ("b.rs", "use crate::a; pub fn f() { a::g() }");
    assert_eq!(
        mistakes_of(&[root, ("a.rs", "use crate::b; pub fn a() {} pub fn g() {} fn h(_: b::T) {}"), b])
            .matches("circle")
            .count(),
        1
    );
    assert_eq!(mistakes_of(&[root, ("a.rs", "pub fn a() {} pub fn g() {}"), b]), "");
    let b = ("b.rs", "use crate::a; pub fn f() { a() }");
    assert_eq!(mistakes_of(&[root, ("a.rs", "pub fn a() {}"), b]), "through lib.rs: b.rs: crate::a\n");
}
