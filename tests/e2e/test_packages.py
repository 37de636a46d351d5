"""What cargo packs of the library crates builds by itself, outside this workspace."""

import json
import os
import pathlib
import subprocess
import tarfile

import pytest

from conftest import ROOT

CRATES = ["", "-catalog", "-macros", "-query", "-tools"]
NAMES = [f"cryptofunk-metrics{suffix}" for suffix in CRATES]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "packages"
SERVER = '''
use cryptofunk_metrics::{CATALOG, McpServer, Query, mcp_server, promql};

/// Errors of tools.
pub const ERRORS: Query = promql!(CATALOG, r#"sum by (server) (rate(cryptofunk_mcp_tool_calls_total{status="error"}[5m]))"#);

struct Greeter;

/// Greets people.
#[mcp_server(name = "greeter", port = 9299)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self, /** Whom to greet. */ name: String) -> String {
        format!("Hello, {name}!")
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let _ = cryptofunk_metrics_tools::lint::Linter::new(CATALOG);
    Greeter.serve().await
}
'''


def cargo(*arguments, cwd=ROOT):
    done = subprocess.run(["nice", "cargo", *arguments, "--offline"], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def packages():
    # Together, so that each finds the others of this version.
    selected = [option for name in NAMES for option in ("-p", name)]
    cargo("package", "--quiet", "--no-verify", "--allow-dirty", "--target-dir", str(TARGET), *selected)
    metadata = json.loads(cargo("metadata", "--format-version=1", "--no-deps"))
    return {package["name"]: package for package in metadata["packages"] if package["name"] in NAMES}


def archive(package):
    return tarfile.open(TARGET / "package" / f"{package['name']}-{package['version']}.crate")


def test_every_crate_is_ready_to_be_published(packages):
    assert sorted(packages) == sorted(NAMES)
    for name, package in packages.items():
        assert package["publish"] is None, name
        for key in ("description", "repository", "documentation", "readme", "rust_version"):
            assert package[key], f"{name}: {key}"
        assert package["license"] == "MIT OR Apache-2.0" and 3 <= len(package["keywords"]) <= 5 and package["categories"], name
        assert package["metadata"]["docs"]["rs"]["all-features"] is True, name
        with archive(package) as files:
            packed = {file.name.split("/", 1)[1]: file for file in files.getmembers()}
        assert all(packed[file].isfile() and packed[file].size for file in ("README.md", "LICENSE-MIT", "LICENSE-APACHE")), name
    # What only this repository's tests use stays here.
    assert not any(file.startswith("tests/") for file in packed)


def test_what_is_packed_builds_by_itself(packages, tmp_path):
    for package in packages.values():
        with archive(package) as files:
            files.extractall(tmp_path, filter="data")
    folders = {name: tmp_path / f"{name}-{package['version']}" for name, package in packages.items()}
    version = packages["cryptofunk-metrics"]["version"]
    # The features that bring other people's drivers are compiled by the workspace's own tests.
    (tmp_path / "Cargo.toml").write_text(
        '[workspace]\n[package]\nname = "stranger"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\ntokio = { version = "1", features = ["macros", "rt-multi-thread"] }\n'
        f'cryptofunk-metrics = {{ version = "{version}", features = ["http", "promql", "tokio"] }}\ncryptofunk-metrics-tools = "{version}"\n'
        "[patch.crates-io]\n" + "".join(f'{name} = {{ path = "{folder}" }}\n' for name, folder in folders.items())
    )
    (tmp_path / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
    (tmp_path / "rust-toolchain.toml").write_bytes((ROOT / "rust-toolchain.toml").read_bytes())
    (tmp_path / "src").mkdir()
    (tmp_path / "src/main.rs").write_text(SERVER)
    cargo("check", "--quiet", "--target-dir", str(TARGET), cwd=tmp_path)
    tree = cargo("tree", "--edges=normal", "--prefix=none", cwd=tmp_path)
    assert all(f"{name} v{packages[name]['version']} " in tree and f"({folder})" in tree for name, folder in folders.items()), tree
