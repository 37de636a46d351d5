"""The packs of strangers' systems: what promtool, Grafana's types and a real Prometheus say of them."""

import json
import os
import subprocess

import pytest

from conftest import BIN, ROOT, ToolError, call_tool, scrape, wait_for
from test_dashboards import mistakes

WEATHER = ROOT / "tests/consumers/weather"
FEATURES = {"mcp": "", "otel-mcp": "otel", "both": "both"}
# So much shorter than in production are the windows of the rules here.
DIVISOR = 60


def run(*command, code=0, **more):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **more)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def cargo(*arguments, convention="mcp"):
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    features = FEATURES[convention]
    manifest = ("--manifest-path", WEATHER / "Cargo.toml", "--target-dir", target, "--locked", "--features", features)
    return run("cargo", arguments[0], "--quiet", *manifest, *arguments[1:])


@pytest.fixture(scope="module", params=FEATURES)
def pack(request, tmp_path_factory):
    """The pack of the weather server, by one command, and the folder that it was written to."""
    folder = tmp_path_factory.mktemp(request.param)
    cargo("run", "--example", "pack", "--", folder, convention=request.param)
    return folder


def test_promtool_accepts_the_rules_and_their_tests(pack):
    rules = pack / "prometheus/weather.rules.yml"
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", rules)
    tests = pack / "prometheus/tests/weather.rules.test.yml"
    run("promtool", "test", "rules", tests)
    # A case that does not hold is seen.
    rules.write_text(rules.read_text().replace("14.4 *", "1000 *").replace("> 6 *", "> 1000 *"))
    said = run("promtool", "test", "rules", tests, code=1)
    assert "MCPToolErrorBudgetBurns" in said


def test_the_linter_finds_nothing(pack):
    run(BIN / "metrics-lint", "--catalog", pack / "catalog.json", pack / "prometheus/weather.rules.yml", pack / "grafana")


def test_grafana_reads_the_dashboards(pack):
    files = sorted(pack.glob("grafana/*.json"))
    assert {file.stem.removeprefix("weather-") for file in files} == {"overview", "tools", "sessions", "errors", "slo", "agents", "runbook"}
    for file in files:
        dashboard = json.loads(file.read_text())
        assert mistakes(dashboard) == [] and dashboard["uid"] == file.stem
        assert {link["url"] for link in dashboard["links"]} == {f"/d/{file.stem}" for file in files}


@pytest.fixture
def burning(tmp_path, start, prometheus):
    """The weather server, and a Prometheus with its rules in short windows."""
    cargo("run", "--example", "pack", "--", tmp_path / "pack")
    # With the examples, what it stands on has the features that it is built with already.
    cargo("build", "--bins", "--examples")
    short = ("--windows-divided-by", DIVISOR, "--server-job", "weather")
    run(BIN / "metrics-pack", tmp_path / "pack/catalog.json", "--name", "weather", "--to", tmp_path / "short", *short)
    server = start(BIN / "weather", "server")
    address = wait_for(lambda: server.output().strip(), "the weather server").removeprefix("http://")
    rules = tmp_path / "short/prometheus/weather.rules.yml"
    return int(address.rsplit(":", 1)[1]), prometheus({"weather": [address]}, rules)


def alerts(watcher):
    """The alerts that fire."""
    return {labels["alertname"] for labels, _ in watcher.query('ALERTS{alertstate="firing",alertname!="ComponentRestarted"}')}


@pytest.mark.long
def test_a_real_burn_fires_and_healthy_traffic_does_not(burning):
    port, watcher = burning
    indicator = "server_tool:weather_mcp_failed_tool_calls"

    def healthy():
        call_tool(port, "forecast", city="Bergen")
        assert alerts(watcher) == set()
        # The short window of a page has been seen some times.
        return watcher.query(f"count_over_time({indicator}:ratio_rate{300 // DIVISOR}s[30s]) > 20")

    wait_for(healthy, "a healthy time", seconds=90)
    assert {value for _, value in watcher.query(f"{indicator}:ratio_rate{300 // DIVISOR}s")} == {0}

    def callers_fault():
        for _ in range(3):
            with pytest.raises(ToolError):
                call_tool(port, "forecast", town="Bergen")
        call_tool(port, "forecast", city="Bergen")
        # That one is about what the caller does wrong, too.
        assert alerts(watcher) <= {"HighMCPErrorRate"}
        of_callers = watcher.query('weather_mcp_tool_errors_total{tool="forecast",type="invalid_params"} > 30')
        return of_callers

    wait_for(callers_fault, "errors of the caller", seconds=60)

    def burns():
        with pytest.raises(ToolError):
            call_tool(port, "forecast", city="Atlantis")
        return watcher.query('ALERTS{alertstate="firing",alertname="MCPToolErrorBudgetBurns"}')

    ((fired, _),) = wait_for(burns, "the alert to fire", seconds=120)
    assert (fired["server"], fired["tool"], fired["severity"]) == ("weather", "forecast", "critical")
    assert scrape(port).of("weather_mcp_tool_errors_total", tool="forecast", type="tool_error") >= 5
