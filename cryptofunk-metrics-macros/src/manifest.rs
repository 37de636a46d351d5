//! The name under which the crate that is being compiled depends on another.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use toml_span::{Value, value::Table};

/// A manifest that was read, and the name that it gives a package.
struct Known {
    folder: PathBuf,
    text: String,
    package: String,
    name: Option<String>,
}

thread_local! {
    /// What was asked for last. Every macro asks, and reading TOML takes longer than many of them.
    static LAST: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// The name that this crate's manifest gives a package, if it is another than the package's own.
///
/// A manifest that cannot be read renames nothing.
pub(crate) fn renamed(package: &str) -> Option<String> {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?);
    // It is read each time: an editor keeps the macros loaded while the manifest changes.
    let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    LAST.with_borrow_mut(|last| {
        if let Some(known) = last
            && (&*known.package, &known.folder, &known.text) == (package, &folder, &text)
        {
            return known.name.clone();
        }
        let name = name_in(&text, &folder, package);
        *last = Some(Known { folder, text, package: package.to_owned(), name: name.clone() });
        name
    })
}

fn name_in(text: &str, folder: &Path, package: &str) -> Option<String> {
    let manifest = toml_span::parse(text).ok()?;
    name(&manifest, package, || inherited(&manifest, folder, package))
}

/// The workspace's name of the package, if it is another than the package's own.
fn inherited(manifest: &Value<'_>, folder: &Path, package: &str) -> Option<String> {
    let told = manifest.pointer("/package/workspace").and_then(Value::as_str).map(|path| folder.join(path));
    let above = folder.ancestors().map(Path::to_path_buf);
    told.into_iter().chain(above).find_map(|folder| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let root = toml_span::parse(&text).ok()?;
        let dependencies = root.pointer("/workspace/dependencies")?.as_table()?;
        named(dependencies, package)
    })
}

/// The key of a dependency on the package, by the package's name or because it comes from the workspace under another.
fn name(manifest: &Value<'_>, package: &str, inherited: impl Fn() -> Option<String>) -> Option<String> {
    let tables: Vec<&Table<'_>> = tables(manifest).collect();
    let own = tables.iter().find_map(|table| named(table, package));
    own.or_else(|| {
        let is_inherited = |table: &&Table<'_>| table.values().any(|value| value.has_key("workspace"));
        let name = tables.iter().copied().any(|table| is_inherited(&table)).then(inherited).flatten()?;
        tables.iter().any(|table| table.contains_key(name.as_str())).then_some(name)
    })
}

fn named(table: &Table<'_>, package: &str) -> Option<String> {
    let is_it = |value: &Value<'_>| value.pointer("/package").and_then(Value::as_str) == Some(package);
    table.iter().find(|(_, value)| is_it(value)).map(|(key, _)| key.name.replace('-', "_"))
}

/// All tables of dependencies.
fn tables<'a, 'de>(manifest: &'a Value<'de>) -> impl Iterator<Item = &'a Table<'de>> {
    let targets =
        manifest.pointer("/target").and_then(Value::as_table).into_iter().flat_map(|targets| targets.values());
    std::iter::once(manifest).chain(targets).flat_map(|place| {
        ["/dependencies", "/dev-dependencies", "/build-dependencies"]
            .into_iter()
            .filter_map(|kind| place.pointer(kind)?.as_table())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(manifest: &str, workspace: &str) -> Option<String> {
        let manifest = toml_span::parse(manifest).expect("TOML");
        let workspace = toml_span::parse(workspace).expect("TOML");
        name(&manifest, "metrics", || named(workspace.as_table().expect("a table"), "metrics"))
    }

    #[test]
    fn a_package_is_found_under_the_name_that_the_manifest_gives_it() {
        for manifest in [
            "[dependencies]\nobserved-by = { version = '1', package = 'metrics' }",
            "[dependencies.observed-by]\nversion = '1'\npackage = 'metrics'",
            "[dev-dependencies]\nserde = '1'\nobserved-by.package = 'metrics'",
            "[target.'cfg(unix)'.dependencies]\nobserved-by = { path = '..', package = 'metrics' }",
        ] {
            assert_eq!(found(manifest, "").as_deref(), Some("observed_by"), "{manifest}");
        }
    }

    #[test]
    fn a_workspace_may_give_the_name() {
        let workspace = "watch = { version = '1', package = 'metrics' }";
        assert_eq!(found("[dependencies]\nwatch.workspace = true", workspace).as_deref(), Some("watch"));
        assert_eq!(found("[dependencies]\nserde.workspace = true", workspace), None);
    }

    #[test]
    fn a_package_under_its_own_name_is_not_renamed() {
        assert_eq!(found("[dependencies]\nmetrics = '1'\nother = { package = 'others' }", ""), None);
    }
}
