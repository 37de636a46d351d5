//! The modules of a crate: which file has which items, and what a path means in a module.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use syn::{Item, UseTree};

/// More hops than any honest chain of re-exports has.
const HOPS: usize = 32;

pub(crate) enum Entry {
    /// An item of this module.
    Defined,
    /// A module below this one.
    Module(usize),
    /// What a `use` names.
    Alias(Vec<String>),
}

pub(crate) struct Module {
    /// As written in the crate, without `crate::`; empty for the root.
    pub(crate) path: String,
    pub(crate) file: PathBuf,
    pub(crate) parent: Option<usize>,
    pub(crate) items: Vec<Item>,
    names: HashMap<String, Vec<Entry>>,
    globs: Vec<Vec<String>>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    Module(usize),
    /// An item, with the module that defines it.
    Item(usize, String),
    External,
}

pub(crate) struct Crate {
    pub(crate) modules: Vec<Module>,
    /// The crate's name for itself, by `extern crate self as`.
    own_name: Option<String>,
}

/// A path that was resolved, and the re-export of the root that it went through, if it did.
pub(crate) struct Resolved {
    pub(crate) target: Target,
    pub(crate) facade: Option<String>,
}

impl Crate {
    /// Reads a crate from its root, with `read` for the text of each file.
    pub(crate) fn read(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Crate {
        let mut tree = Crate { modules: Vec::new(), own_name: None };
        let folder = root.parent().expect("a folder").to_owned();
        tree.add_file(String::new(), root.to_owned(), folder, None, read);
        tree
    }

    fn add_file(
        &mut self,
        path: String,
        file: PathBuf,
        folder: PathBuf,
        parent: Option<usize>,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> usize {
        let text = read(&file).unwrap_or_else(|| panic!("no file {} of module `{path}`", file.display()));
        let items = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).items;
        self.add(path, file, folder, parent, items, read)
    }

    fn add(
        &mut self,
        path: String,
        file: PathBuf,
        folder: PathBuf,
        parent: Option<usize>,
        items: Vec<Item>,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> usize {
        let index = self.modules.len();
        let (names, globs) = (HashMap::new(), Vec::new());
        self.modules.push(Module { path: path.clone(), file: file.clone(), parent, items: Vec::new(), names, globs });
        let mut kept = Vec::new();
        for item in items {
            let Item::Mod(module) = item else {
                self.declare(index, &item);
                kept.push(item);
                continue;
            };
            let name = module.ident.to_string();
            let below = if path.is_empty() { name.clone() } else { format!("{path}::{name}") };
            let child = if let Some((_, items)) = module.content {
                self.add(below, file.clone(), folder.join(&name), Some(index), items, read)
            } else {
                let (file, folder) = place(&module.attrs, &file, &folder, &name, read);
                self.add_file(below, file, folder, Some(index), read)
            };
            self.name(index, name, Entry::Module(child));
        }
        self.modules[index].items = kept;
        index
    }

    fn name(&mut self, module: usize, name: String, entry: Entry) {
        self.modules[module].names.entry(name).or_default().push(entry);
    }

    fn declare(&mut self, module: usize, item: &Item) {
        let ident = match item {
            Item::Use(item) => {
                for (name, path) in leaves(&item.tree) {
                    match name {
                        Some(name) => self.name(module, name, Entry::Alias(path)),
                        None => self.modules[module].globs.push(path),
                    }
                }
                return;
            }
            Item::ExternCrate(item) => {
                if item.ident == "self" {
                    self.own_name = item.rename.as_ref().map(|(_, name)| name.to_string());
                }
                return;
            }
            Item::Macro(item) => item.ident.clone(),
            Item::Const(item) => Some(item.ident.clone()),
            Item::Enum(item) => Some(item.ident.clone()),
            Item::Fn(item) => Some(item.sig.ident.clone()),
            Item::Static(item) => Some(item.ident.clone()),
            Item::Struct(item) => Some(item.ident.clone()),
            Item::Trait(item) => Some(item.ident.clone()),
            Item::Type(item) => Some(item.ident.clone()),
            Item::Union(item) => Some(item.ident.clone()),
            _ => None,
        };
        if let Some(ident) = ident {
            self.name(module, ident.to_string(), Entry::Defined);
        }
    }

    /// What `path` means in `module`. A module and an item may have one name: `item` says which one is meant at its end.
    pub(crate) fn resolve(&self, module: usize, path: &[String], item: bool) -> Resolved {
        let mut facade = None;
        let target = self.walk(module, path, item, &mut facade, HOPS);
        Resolved { target, facade }
    }

    fn walk(&self, module: usize, path: &[String], item: bool, facade: &mut Option<String>, hops: usize) -> Target {
        let (mut at, mut rest) = (module, path);
        while let Some((first, more)) = rest.split_first() {
            at = match (first.as_str(), self.modules[at].parent) {
                ("crate", _) => 0,
                ("self", _) => at,
                ("super", Some(parent)) => parent,
                _ if Some(first) == self.own_name.as_ref() && rest.len() == path.len() => 0,
                _ => break,
            };
            rest = more;
        }
        let mut relative = rest.len() == path.len();
        while let Some((first, more)) = rest.split_first() {
            let Some((target, alias)) = self.look_up(at, first, item && more.is_empty(), facade, hops) else {
                // A local name or a crate; or an item that a macro writes.
                return if relative { Target::External } else { Target::Item(at, first.clone()) };
            };
            if alias && at == 0 && !relative {
                facade.get_or_insert_with(|| first.clone());
            }
            let Target::Module(next) = target else { return target };
            (at, rest, relative) = (next, more, false);
        }
        Target::Module(at)
    }

    /// What a name means in a module, and whether a `use` brings it there.
    fn look_up(
        &self,
        module: usize,
        name: &str,
        item: bool,
        facade: &mut Option<String>,
        hops: usize,
    ) -> Option<(Target, bool)> {
        let hops = hops.checked_sub(1)?;
        let mut found = Vec::new();
        for entry in self.modules[module].names.get(name).into_iter().flatten() {
            let mut through = None;
            let target = match entry {
                Entry::Defined => Target::Item(module, name.to_owned()),
                Entry::Module(child) => Target::Module(*child),
                // `use name::…` of a crate.
                Entry::Alias(path) if path[0] == name => Target::External,
                Entry::Alias(path) => self.walk(module, path, item, &mut through, hops),
            };
            found.push((target, matches!(entry, Entry::Alias(_)), through));
        }
        found.sort_by_key(|(target, ..)| {
            matches!((target, item), (Target::Module(_), true) | (Target::Item(..), false))
        });
        if let Some((target, alias, through)) = found.into_iter().next() {
            *facade = facade.take().or(through);
            return Some((target, alias));
        }
        self.modules[module].globs.iter().find_map(|glob| match self.walk(module, glob, false, &mut None, hops) {
            Target::Module(from) if from != module => {
                self.look_up(from, name, item, facade, hops).map(|(target, _)| (target, true))
            }
            _ => None,
        })
    }
}

/// The file of `mod name;`, and the folder of the modules below it.
fn place(
    attributes: &[syn::Attribute],
    file: &Path,
    folder: &Path,
    name: &str,
    read: &dyn Fn(&Path) -> Option<String>,
) -> (PathBuf, PathBuf) {
    let named = attributes.iter().find(|attribute| attribute.path().is_ident("path")).and_then(|attribute| {
        let syn::Expr::Lit(literal) = &attribute.meta.require_name_value().ok()?.value else { return None };
        let syn::Lit::Str(path) = &literal.lit else { return None };
        Some(file.parent()?.join(path.value()))
    });
    if let Some(file) = named {
        let folder = file.parent().expect("a folder").to_owned();
        return (file, folder);
    }
    let name = name.trim_start_matches("r#");
    let flat = folder.join(format!("{name}.rs"));
    let file = if read(&flat).is_some() { flat } else { folder.join(name).join("mod.rs") };
    (file, folder.join(name))
}

/// The paths of a `use`, each with the name that it brings; a glob brings none.
pub(crate) fn leaves(tree: &UseTree) -> Vec<(Option<String>, Vec<String>)> {
    fn walk(tree: &UseTree, path: &[String], found: &mut Vec<(Option<String>, Vec<String>)>) {
        let with = |name: &syn::Ident| [path, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(tree) => walk(&tree.tree, &with(&tree.ident), found),
            UseTree::Name(tree) if tree.ident == "self" => found.push((path.last().cloned(), path.to_vec())),
            UseTree::Name(tree) => found.push((Some(tree.ident.to_string()), with(&tree.ident))),
            UseTree::Rename(tree) if tree.ident == "self" => found.push((Some(tree.rename.to_string()), path.to_vec())),
            UseTree::Rename(tree) => found.push((Some(tree.rename.to_string()), with(&tree.ident))),
            UseTree::Glob(_) => found.push((None, path.to_vec())),
            UseTree::Group(tree) => tree.items.iter().for_each(|tree| walk(tree, path, found)),
        }
    }
    let mut found = Vec::new();
    walk(tree, &[], &mut found);
    found
}
