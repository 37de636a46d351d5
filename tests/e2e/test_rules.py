"""The rules that are shipped, as promtool sees them: those of the pack, and CryptoFunk's own, which the compiler has compared with the catalogue."""

import re
import subprocess

import pytest

from conftest import ROOT

FOLDER = ROOT / "deployments/prometheus/rules"
RULES = sorted(FOLDER.glob("*.yml"))
CASES = sorted(FOLDER.glob("tests/*.yml"))


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)


def test_promtool_accepts_the_rules():
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_and_does_not_fire():
    alerts = re.findall(r"- alert: (\w+)", "".join(file.read_text() for file in RULES))
    cases = "".join(file.read_text() for file in CASES)
    named = set(re.findall(r'- name: "?(\w+ (?:fires|does not fire))', cases))
    assert named == {f"{alert} {what}" for alert in alerts for what in ("fires", "does not fire")}
    assert len(alerts) == len(set(alerts))
    done = promtool("test", "rules", *CASES)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name, right, wrong, alert",
    [
        ("trading", "> 0.15", "> 0.25", "HighDrawdown"),
        ("cryptofunk.rules", "ratio_rate5m > 0.1", "ratio_rate5m > 0.3", "HighMCPErrorRate"),
    ],
)
def test_a_case_that_does_not_hold_is_seen(tmp_path, name, right, wrong, alert):
    text = (FOLDER / f"{name}.yml").read_text()
    assert right in text
    (tmp_path / f"{name}.yml").write_text(text.replace(right, wrong))
    cases = next(file for file in CASES if file.name.startswith(name))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / cases.name).write_text(cases.read_text())
    assert alert in promtool("test", "rules", tmp_path / "tests" / cases.name).stderr
