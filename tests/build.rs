//! Writes the blocks of the test `blocks`.

#[path = "pass/blocks/generate.rs"]
mod generate;

fn main() {
    println!("cargo::rerun-if-changed=pass/blocks/generate.rs");
    generate::blocks();
}
