"""metrics-lint on what is shipped, and on what running components expose."""

import json
import re
import subprocess

from conftest import BIN, CRYPTOFUNK, ROOT

LINT = BIN / "metrics-lint"
CATALOG = ROOT / "docs/catalog.json"
RULES = sorted(ROOT.glob("deployments/prometheus/rules/*.yml"))
DASHBOARDS = sorted(ROOT.glob("deployments/grafana/dashboards/*.json"))


def lint(*arguments):
    return subprocess.run([LINT, *map(str, arguments)], capture_output=True, text=True)


def test_what_is_shipped_is_right_and_asks_for_every_family():
    done = lint("--catalog", CATALOG, "--unused", *RULES, *DASHBOARDS)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"read {len(RULES)} rule file") and "skipped" not in done.stderr
    assert done.stderr.count("\n") == 1, "every family is asked for"
    assert len(DASHBOARDS) == 10


def test_the_objects_of_the_operator_are_right():
    done = lint("--catalog", CATALOG, "--unused", "-q", ROOT / "deployments/kubernetes/rules.yaml", *DASHBOARDS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_panel_that_asks_for_what_is_not_there_is_named(tmp_path):
    text = (ROOT / "deployments/grafana/dashboards/cryptofunk-tools.json").read_text()
    (tmp_path / "mcp.json").write_text(text.replace("by (server, tool) (rate(cryptofunk_mcp_tool_calls_total", "by (server, tol) (rate(cryptofunk_mcp_tool_calls_total"))
    done = lint("--catalog", CATALOG, tmp_path / "mcp.json")
    assert done.returncode == 1 and "lost-label: grouped by `tol`" in done.stdout and "in panel `Calls`" in done.stdout


def test_live_compares_what_runs_with_what_the_catalogue_promises(serve, tmp_path):
    address = f"http://127.0.0.1:{serve(CRYPTOFUNK, 'risk-analyzer')}/metrics"
    done = lint("--catalog", CATALOG, "--live", address)
    assert (done.returncode, done.stdout) == (0, "")

    catalog = json.loads(CATALOG.read_text())
    families = {family["name"]: family for family in catalog["families"]}
    families["cryptofunk_win_rate"]["exposed_by"].append("risk-analyzer")
    families["cryptofunk_var_value_usd"]["labels"] = []
    families["cryptofunk_circuit_breaker_tripped"]["type"] = "counter"
    catalog["families"].remove(families["cryptofunk_risk_limit_breaches_total"])
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))
    done = lint("--catalog", tmp_path / "catalog.json", "--live", address, "--format", "json")
    assert done.returncode == 1
    assert {one["family"]: one["message"] for one in json.loads(done.stdout)["live"]} == {
        "cryptofunk_win_rate": "the catalogue promises it of risk-analyzer, but it is not exposed",
        "cryptofunk_risk_limit_breaches_total": "it is exposed, but the catalogue does not have it",
        "cryptofunk_circuit_breaker_tripped": "it is exposed as a gauge, but declared as a counter",
        "cryptofunk_var_value_usd": "it is exposed with the labels confidence, but declared with none",
    }


def test_live_is_a_catalogue_by_itself(serve, tmp_path):
    address = f"http://127.0.0.1:{serve(CRYPTOFUNK, 'risk-analyzer')}/metrics"
    rules = tmp_path / "rules.yml"
    for query, code in [
        ('cryptofunk_circuit_breaker_tripped{reason="manual_halt"} == 1', 0),
        # A value that was not seen may come.
        ('cryptofunk_circuit_breaker_tripped{reason="manual"} == 1', 0),
        ('cryptofunk_circuit_breaker_tripped{reasons="manual"} == 1', 1),
        ("cryptofunk_circuit_breaker_triped == 1", 1),
        ("rate(cryptofunk_circuit_breaker_tripped[5m]) > 1", 1),
    ]:
        rules.write_text(f"groups: [{{name: a, rules: [{{alert: A, expr: '{query}'}}]}}]")
        done = lint("--live", address, rules)
        assert done.returncode == code, done.stdout + done.stderr
    assert lint("--live", "http://127.0.0.1:9/metrics").returncode == 2


def test_promtool_refuses_what_the_linter_refuses(tmp_path):
    page = (ROOT / "cryptofunk-metrics-tools/tests/lint_files/promtool.md").read_text()
    files = re.findall(r"^(right|wrong) `(.*?)`.*?\n```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(files) > 25
    for verdict, name, text in files:
        (tmp_path / name).write_text(text)
        done = subprocess.run(["promtool", "check", "rules", tmp_path / name], capture_output=True, text=True)
        assert (done.returncode != 0) == (verdict == "wrong"), f"{name}: {done.stdout}{done.stderr}"
