"""What is given to Prometheus and Alertmanager, as their own tools read it."""

import re
import shutil
import subprocess

import pytest
import yaml

from conftest import COMPONENTS, ROOT

PROMETHEUS = ROOT / "deployments/prometheus/prometheus.yml"
ALERTMANAGER = ROOT / "deployments/alertmanager/alertmanager.yml"


def run(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("targets", ["prometheus/targets", "compose/targets"])
def test_promtool_accepts_the_configuration(targets, tmp_path):
    shutil.copytree(PROMETHEUS.parent, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("targets"))
    shutil.copytree(ROOT / "deployments" / targets, tmp_path / "targets")
    code, said = run("promtool", "check", "config", "--lint=all", "--lint-fatal", tmp_path / "prometheus.yml")
    assert code == 0 and "3 rule files found" in said, said
    jobs = {job["job_name"] for job in yaml.safe_load(PROMETHEUS.read_text())["scrape_configs"]}
    assert jobs == {"orchestrator", "api", "mcp-servers", "agents"}


@pytest.mark.parametrize("folder, host", [("prometheus", "127.0.0.1"), ("compose", None)])
def test_every_component_is_a_target(folder, host):
    files = (ROOT / f"deployments/{folder}/targets").glob("*.yml")
    targets = [target for file in files for target in re.findall(r"- (\S+:\d+)", file.read_text())]
    expected = [f"{host or name}:{port}" for name, port in [*COMPONENTS.items(), ("alertmanager", 9093)]]
    assert sorted(targets) == sorted(expected)


def test_amtool_accepts_the_configuration_and_its_templates():
    code, said = run("amtool", "check-config", ALERTMANAGER)
    assert code == 0 and "1 templates" in said and "3 receivers" in said and "8 inhibit rules" in said, said


def test_a_receiver_that_is_not_there_is_seen(tmp_path):
    shutil.copytree(ALERTMANAGER.parent, tmp_path, dirs_exist_ok=True)
    text = ALERTMANAGER.read_text().replace("receiver: on-call", "receiver: nobody")
    (tmp_path / "alertmanager.yml").write_text(text)
    code, said = run("amtool", "check-config", tmp_path / "alertmanager.yml")
    assert code == 1 and "undefined receiver" in said, said


def test_every_severity_of_the_rules_has_a_route():
    files = [yaml.safe_load(file.read_text()) for file in PROMETHEUS.parent.glob("rules/*.yml")]
    rules = [rule for file in files for group in file["groups"] for rule in group["rules"]]
    severities = {rule["labels"]["severity"] for rule in rules if "alert" in rule}
    routes = yaml.safe_load(ALERTMANAGER.read_text())["route"]["routes"]
    assert {re.search('severity="(.*)"', route["matchers"][0])[1] for route in routes} == severities


@pytest.mark.parametrize(
    "labels, receivers",
    [
        (("alertname=MCPServerDown", "severity=critical"), "on-call,team"),
        (("alertname=HighMCPErrorRate", "severity=warning"), "team"),
        (("alertname=LabelOverflow", "severity=info"), "mail"),
        (("alertname=Anything",), "team"),
    ],
)
def test_alerts_reach_those_whom_their_severity_asks_for(labels, receivers):
    code, said = run("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", f"--verify.receivers={receivers}", *labels)
    assert code == 0, said
    assert run("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", "--verify.receivers=nobody", *labels)[0] == 1


def test_every_secret_stands_in_a_file():
    text = re.sub("#.*", "", ALERTMANAGER.read_text())
    secrets = re.findall(r"^\s*-?\s*(\w*(?:password|key|token|secret|api_url)\w*): *(.*)$", text, re.MULTILINE)
    assert len(secrets) == 3
    for name, value in secrets:
        assert name.endswith("_file") and value.startswith("/etc/alertmanager/secrets/"), (name, value)
    # Alertmanager does not read the environment.
    assert "${" not in text
