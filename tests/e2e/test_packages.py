"""What cargo packs of the library crates builds by itself, outside this workspace."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

import pytest

from conftest import ROOT

CRATES = ["", "-catalog", "-macros", "-query", "-tools"]
NAMES = [f"cryptofunk-metrics{suffix}" for suffix in CRATES]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
STRANGER = ROOT / "tests/consumers/weather"


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
    # The crate of a stranger, who has the crates from the registry. With its tests, what it needs of others is checked already.
    stranger = tmp_path / "stranger"
    shutil.copytree(STRANGER, stranger, ignore=shutil.ignore_patterns("target"))
    shutil.copy(ROOT / "rust-toolchain.toml", stranger)
    manifest = stranger / "Cargo.toml"
    text, found = re.subn(r'path = "\.\./\.\./\.\./(cryptofunk-metrics[a-z-]*)"', lambda m: f'version = "{packages[m[1]]["version"]}"', manifest.read_text())
    assert found
    patches = "".join(f'{name} = {{ path = "{folder}" }}\n' for name, folder in folders.items())
    manifest.write_text(f"{text}\n[patch.crates-io]\n{patches}")
    cargo("check", "--quiet", "--all-targets", "--target-dir", str(TARGET), cwd=stranger)
    tree = cargo("tree", "--edges=normal", "--prefix=none", cwd=stranger)
    assert all(f"{name} v{packages[name]['version']} " in tree and f"({folder})" in tree for name, folder in folders.items()), tree
