"""The rules that are shipped, as promtool sees them. The compiler has compared them with the catalogue already."""

import re
import subprocess

from conftest import ROOT

RULES = ROOT / "deployments/prometheus/rules/cryptofunk.yml"
CASES = ROOT / "deployments/prometheus/rules/tests/cryptofunk.yml"


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)


def test_promtool_accepts_the_rules():
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_and_does_not_fire():
    alerts = re.findall(r"- alert: (\w+)", RULES.read_text())
    names = re.findall(r"- name: (.*)", CASES.read_text())
    assert sorted(names) == sorted(f"{alert} {what}" for alert in alerts for what in ("fires", "does not fire"))
    done = promtool("test", "rules", CASES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_case_that_does_not_hold_is_seen(tmp_path):
    (tmp_path / "cryptofunk.yml").write_text(RULES.read_text().replace("> 0.15", "> 0.25"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/cryptofunk.yml").write_text(CASES.read_text())
    assert "HighDrawdown" in promtool("test", "rules", tmp_path / "tests/cryptofunk.yml").stderr
