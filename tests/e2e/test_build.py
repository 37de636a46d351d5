"""What users compile: the heavy parts are features, and the oldest compiler is the one that the dependencies need."""

import json
import subprocess

import pytest

from conftest import ROOT

# What reads queries, what the linter's command needs, what applications stand on, and what an HTTP client brings.
PARSER = {"bumpalo", "granit-parser"}
COMMAND = {"anstream", "anstyle", "clap", "jsonc-parser", "quick-junit", "tracing-subscriber", "ureq"}
DRIVERS = {"async-nats", "redis", "sqlx", "sqlx-core"}
CLIENT = {"hyper-rustls", "reqwest", "ring", "rustls", "rustls-native-certs", "tokio-rustls"}
# Slow to compile; a server exposes the same without them.
SLOW = {"serde_urlencoded"}
# What protobuf and OTLP need, and traces.
PROTOBUF = {"prost", "prost-derive", "opentelemetry", "opentelemetry_sdk", "opentelemetry-proto"}
TRACES = PROTOBUF | {"opentelemetry-otlp", "tracing-opentelemetry", "tracing-subscriber"}
DEMO = {"anyhow", "rand_distr", "rust_decimal", "statrs", "tempfile"}
# What the parsers and drivers stand on.
BENEATH = {"anstyle", "anyhow", "sqlx-core"}
LIBRARY = "cryptofunk-metrics"


def run(*command):
    done = subprocess.run(["cargo", *command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def crates(*options, package=LIBRARY):
    lines = run("tree", "--offline", "--prefix=none", "--edges=normal,build", "-p", package, *options).splitlines()
    return {line.split()[0] for line in lines if line}


@pytest.mark.parametrize("options", [(), ("--no-default-features",), ("--features=exporter,http,tokio",)])
def test_nothing_is_built_unasked(options):
    built = crates(*options)
    assert "prometheus" in built
    assert not built & (PARSER | COMMAND | DRIVERS | CLIENT | SLOW | TRACES | DEMO)


def test_without_features_there_is_no_server():
    assert not crates("--no-default-features") & {"axum", "hyper", "rmcp", "schemars", "serde", "serde_json", "tokio", "tower-http"}


# hyper's client stands on `want`.
FEATURES = {
    "promql": PARSER, "push": {"want"}, "protobuf": {"prost", "prost-derive"}, "otlp": PROTOBUF | {"want"}, "mcp-client": {"reqwest"}, "sqlx": {"sqlx"},
    "redis": {"redis"}, "nats": {"async-nats"}, "trace": TRACES,
    "tls": {"tokio-rustls", "rustls", "ring", "rustls-native-certs"},
}


@pytest.mark.parametrize("feature, expected", FEATURES.items())
def test_a_feature_brings_what_it_needs_and_no_more(feature, expected):
    built = crates(f"--features={feature}")
    assert expected <= built
    assert not built & ((PARSER | COMMAND | DRIVERS | TRACES | DEMO) - expected - BENEATH)


def test_traces_are_sent_by_the_client_that_is_there():
    assert not crates("--features=trace") & (CLIENT | {"tonic", "openssl", "aws-lc-rs"})


def test_otlp_brings_nothing_of_grpc():
    assert not crates("--features=otlp") & {"tonic", "tonic-prost", "h2"} and "opentelemetry-proto" not in crates("--features=protobuf")


def test_the_catalogue_depends_on_nothing():
    assert crates(package=f"{LIBRARY}-catalog") == {f"{LIBRARY}-catalog"}


def test_the_tools_as_a_library_bring_no_command():
    built = crates("--no-default-features", package=f"{LIBRARY}-tools")
    assert "granit-parser" in built and not built & ((COMMAND - BENEATH - {"jsonc-parser"}) | CLIENT | {"axum", "rmcp", "tokio"})


def test_the_oldest_compiler_is_the_one_that_the_dependencies_need():
    metadata = json.loads(run("metadata", "--offline", "--format-version=1", "--all-features", f"--filter-platform={host()}"))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    libraries = [id for id, package in packages.items() if package["name"].startswith(LIBRARY)]
    assert len(libraries) == 5
    reached, rest = set(libraries), list(libraries)
    while rest:
        for dependency in nodes[rest.pop()]["deps"]:
            kinds = {kind["kind"] for kind in dependency["dep_kinds"]}
            # sqlx needs a newer compiler than everything else, and says so itself to whoever turns the feature on.
            if kinds != {"dev"} and dependency["pkg"] not in reached and packages[dependency["pkg"]]["name"] != "sqlx":
                reached.add(dependency["pkg"])
                rest.append(dependency["pkg"])
    declared = {version(packages[library]["rust_version"]) for library in libraries}
    needed = {version(packages[id]["rust_version"]): packages[id]["name"] for id in reached - set(libraries) if packages[id]["rust_version"]}
    assert declared == {max(needed)}, f"{needed[max(needed)]} needs {max(needed)}"


def version(text):
    return tuple(int(part) for part in f"{text}.0".split(".")[:3])


def host():
    verbose = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    return next(line.removeprefix("host: ") for line in verbose.splitlines() if line.startswith("host: "))
