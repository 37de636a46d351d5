"""What users compile: the heavy parts are features."""

import subprocess

import pytest

from conftest import ROOT

PARSER, DRIVERS = "promql-parser", ("async-nats", "redis", "sqlx")


def crates(*options):
    command = ["cargo", "tree", "--offline", "--prefix=none", "--edges=normal,build", "-p", "cryptofunk-metrics", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return {line.split()[0] for line in done.stdout.splitlines() if line}


@pytest.mark.parametrize("options", [(), ("--no-default-features",), ("--features=exporter,http,mcp-client,tokio",)])
def test_the_parser_and_the_drivers_are_not_built_unasked(options):
    built = crates(*options)
    assert "prometheus" in built and not built & {PARSER, *DRIVERS}


def test_the_parser_is_built_for_queries():
    assert PARSER in crates("--features=promql")
