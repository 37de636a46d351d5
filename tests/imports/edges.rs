//! Which files a file imports items from.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, ItemUse, Macro, Visibility, visit_mut::VisitMut};

use crate::modules::{Crate, Target, leaves};

/// Of each file, the files whose items it names, with one of those items.
pub(crate) type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, String>>;

/// The imports of a crate, and the paths that go through the re-exports of its root, as `file: crate::Name`.
pub(crate) fn imports(tree: &Crate) -> (Imports, BTreeSet<String>) {
    let mut visitor = Visitor { tree, module: 0, imports: Imports::new(), facades: BTreeSet::new() };
    for (index, module) in tree.modules.iter().enumerate() {
        visitor.module = index;
        visitor.imports.entry(module.file.clone()).or_default();
        for mut item in module.items.clone() {
            visitor.visit_item_mut(&mut item);
        }
    }
    (visitor.imports, visitor.facades)
}

struct Visitor<'a> {
    tree: &'a Crate,
    module: usize,
    imports: Imports,
    facades: BTreeSet<String>,
}

impl Visitor<'_> {
    fn names(&mut self, path: &[String], item: bool, is_edge: bool) {
        let resolved = self.tree.resolve(self.module, path, item);
        let file = &self.tree.modules[self.module].file;
        if let Some(name) = resolved.facade
            && file != &self.tree.modules[0].file
        {
            self.facades.insert(format!("{}: crate::{name}", file.display()));
        }
        let Target::Item(module, name) = resolved.target else { return };
        let target = &self.tree.modules[module];
        if is_edge && &target.file != file {
            let item = if target.path.is_empty() { name } else { format!("{}::{name}", target.path) };
            self.imports.entry(file.clone()).or_default().entry(target.file.clone()).or_insert(item);
        }
    }

    /// The paths of several segments among tokens that nobody has parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Vec::<String>::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                    path.push(ident.to_string());
                    colons = 0;
                }
                other => {
                    self.token_path(&path);
                    (path, colons) = (Vec::new(), 0);
                    match other {
                        TokenTree::Ident(ident) => path.push(ident.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        _ => {}
                    }
                }
            }
        }
        self.token_path(&path);
    }

    fn token_path(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.names(path, true, true);
        }
    }
}

impl VisitMut for Visitor<'_> {
    fn visit_item_use_mut(&mut self, item: &mut ItemUse) {
        // A re-export is no import: whoever uses it is led on to the item.
        let is_edge = matches!(item.vis, Visibility::Inherited);
        for (_, path) in leaves(&item.tree) {
            self.names(&path, false, is_edge);
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none() {
            let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.names(&segments, true, true);
        }
        syn::visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, item: &mut Macro) {
        self.visit_path_mut(&mut item.path);
        // What `quote!` has is code of another crate.
        let name = item.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if !name.starts_with("quote") && !name.starts_with("parse_quote") && !item.path.is_ident("macro_rules") {
            self.tokens(item.tokens.clone());
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    // `pub(super)` names no item.
    fn visit_visibility_mut(&mut self, _: &mut Visibility) {}
}
