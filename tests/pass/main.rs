//! Right code, one kind a file: it compiles, and its `main` runs. What needs a crate of its own has a folder.

#![allow(
    dead_code,
    non_snake_case,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "each file is written as a crate, and says itself what it denies"
)]

macro_rules! cases {
    ($($name:ident)*) => {$(
        pub mod $name;

        #[test]
        fn $name() {
            $name::main();
        }
    )*};
}

cases! {
    a_server_in_several_blocks
    a_trait_for_every_type
    agents_of_any_domain
    agents_of_every_kind
    another_counter_in_scope
    arguments_of_every_kind
    bodies_that_need_their_type
    cfg_attributes
    components_of_every_kind
    conditions_inside_a_block
    const_generics
    conventions_of_every_kind
    deprecated_methods
    doc_attributes
    documentation_from_macros
    explicit_super_import
    forbidden_unsafe
    generics_on_the_impl
    handlers
    hints_and_names
    impl_trait_results
    labels_of_every_kind
    lifetimes
    lint_attributes
    measured_functions
    methods_without_the_attribute
    metrics_behind_cfg
    metrics_in_a_function
    metrics_of_every_kind
    names_of_the_sdk_under_aliases
    no_implicit_prelude
    no_implicit_prelude_in_metrics
    objectives
    parts_of_the_request
    queries_of_every_kind
    raw_identifiers
    results_of_every_kind
    rules
    rules_as_a_constant
    serve
    several_impl_blocks
    shadowed_prelude
    through_macro_rules
    two_servers_in_one_crate
    two_traits_that_serve
    user_types_with_names_of_ours
    visibility
    where_clause
}

/// A file that is not listed would not be looked at.
#[test]
fn every_file_is_a_case() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/pass");
    let files = std::fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path());
    let listed = include_str!("main.rs");
    for file in files.filter(|file| file.extension().is_some_and(|kind| kind == "rs")) {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name");
        assert!(name == "main" || listed.lines().any(|line| line.trim() == name), "{name} is no case of main.rs");
    }
}
