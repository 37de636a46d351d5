"""`cryptofunk dry-run`: that it proves everything, and that it names what was cut."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree

import pytest

from conftest import CRYPTOFUNK, ROOT

# It takes five to six minutes on two cores, with other tests beside it.
PATIENCE = 1800


def dry_run(*options, root=ROOT, program=CRYPTOFUNK, code=0, tmp=None):
    """What it says: standard output and error."""
    command = [program, "dry-run", "--root", root, *options]
    env = {**os.environ, "TMPDIR": str(tmp)} if tmp else None
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=PATIENCE, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def lines(done):
    return {(line["part"], line["name"]): line for line in json.loads(done.stdout)["lines"]}


@pytest.fixture
def open_folder():
    """A temporary folder that PostgreSQL's user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.mark.long
def test_everything_is_proven_and_nothing_is_left(open_folder):
    # Beside other tests, on a slow machine, an alert may be long in coming.
    done = dry_run("--format", "json", "--patience", "3m", tmp=open_folder)
    proven = lines(done)
    assert {line["outcome"] for line in proven.values()} == {"proven"}
    count = lambda part: sum(1 for key in proven if key[0] == part)
    rules = [file.read_text() for file in ROOT.glob("deployments/prometheus/rules/*.yml")]
    alerts = set(re.findall(r"- alert: (\w+)", "".join(rules)))
    of = lambda part: {name for key, name in proven if key == part}
    assert of("alert") | of("tested") == alerts and not of("alert") & of("tested")
    assert of("alert") == of("resolved") and len(of("tested")) <= 7
    assert count("target") == 13 and count("inhibited") == 7 and count("lint") == 14
    assert of("rule") == set(re.findall(r"- (?:alert|record): (\S+)", "".join(rules)))
    assert count("family") == len(json.loads((ROOT / "docs/catalog.json").read_text())["families"])
    files = ROOT.glob("deployments/grafana/dashboards/*.json")
    panels = [panel for file in files for panel in json.loads(file.read_text())["panels"]]
    assert count("panel") == sum(1 for panel in panels if panel["type"] not in ("row", "text"))
    assert list(open_folder.iterdir()) == []
    left = [file for file in pathlib.Path("/proc").glob("[0-9]*/cmdline") if str(open_folder).encode() in read(file)]
    assert left == []


def read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def copy(tmp_path):
    """A copy of what the dry run reads, to cut something from."""
    for folder in ("deployments", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("secrets", "pictures"))

    def cut(file, what, instead):
        path = tmp_path / file
        text = path.read_text()
        assert what in text
        path.write_text(text.replace(what, instead))
        return tmp_path

    return cut


def test_a_target_that_is_cut_is_named(copy):
    root = copy("deployments/prometheus/targets/agents.yml", "    - 127.0.0.1:9106\n", "")
    done = dry_run("--only", "targets", "--patience", "15s", "--format", "junit", root=root, code=1)
    assert "target arbitrage-agent: Prometheus has no target 127.0.0.1:" in done.stderr
    (suite,) = xml.etree.ElementTree.fromstring(done.stdout)
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert (suite.get("tests"), failed) == ("13", ["arbitrage-agent"])


def test_a_threshold_that_is_cut_is_named(copy):
    root = copy("deployments/prometheus/rules/cryptofunk.rules.yml", "ratio_rate5m > 0.1", "ratio_rate5m > 1.1")
    done = dry_run("--only", "alerts", "--alert", "HighMCPErrorRate", "--patience", "30s", root=root, code=1)
    assert "alert HighMCPErrorRate: it does not fire" in done.stderr
    assert "resolved HighMCPErrorRate: it has not arrived" in done.stderr


def test_a_receiver_that_is_cut_is_named(copy):
    file = ROOT / "deployments/alertmanager/alertmanager.yml"
    slack = re.search(r"    slack_configs:\n(?:      .*\n)+", file.read_text())[0]
    root = copy("deployments/alertmanager/alertmanager.yml", slack, "")
    done = dry_run("--only", "alerts", "--alert", "HighMCPErrorRate", "--patience", "30s", root=root, code=1)
    assert "alert HighMCPErrorRate: it fires, but does not arrive at the receiver slack" in done.stderr


def test_a_panel_whose_query_is_cut_is_named(copy):
    root = copy("deployments/grafana/dashboards/cryptofunk-trading.json", '"expr": "cryptofunk_total_pnl"', '"expr": "cryptofunk_total_loss"')
    done = dry_run("--only", "targets,panels,lint", "--patience", "20s", "--format", "json", root=root, code=1)
    said = lines(done)
    for panel in ("Profit or loss", "Profit or loss since the start"):
        assert said["panel", f"CryptoFunk: trading / {panel}"]["why"] == "this has no data: cryptofunk_total_loss"
    assert said["panel", "CryptoFunk: trading / Portfolio value"]["outcome"] == "proven"
    assert "did you mean `cryptofunk_total_pnl`" in said["lint", "what is shipped"]["why"]


@pytest.fixture
def build_folder():
    """A build folder with all that is built but CryptoFunk: links, which cost no room and no time."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    with tempfile.TemporaryDirectory(dir=target, prefix="cut-") as folder:
        debug = pathlib.Path(folder) / "debug"
        debug.mkdir()
        for part in ("deps", "build", ".fingerprint"):
            subprocess.run(["cp", "--archive", "--link", target / "debug" / part, debug], check=True)
        # Cargo would write through the links, and the next build would take what is cut here for the real thing.
        for part in [*debug.glob("*/*demo[-_]servers*"), *debug.glob("*/cryptofunk-[0-9a-f]*")]:
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        yield folder


@pytest.mark.long
def test_a_recording_call_that_is_cut_is_named(tmp_path, build_folder):
    # The same sources without the call; what is built of other crates is used again, which cargo tells by the times of their files.
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith(("benches/", "tests/ui/")):
            (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / "src" / name)
    (tmp_path / "src/tests/ui").mkdir(exist_ok=True)
    file = tmp_path / "src/demo-servers/src/order_executor/account.rs"
    call = re.search(r"\n *trading::trade_value_usd\([^;]*;", file.read_text())[0]
    file.write_text(file.read_text().replace(call, ""))
    built = subprocess.run(
        # With an example, crates have the features that they are built with already.
        ["nice", "cargo", "build", "--offline", "--workspace", "--bin", "cryptofunk", "--example", "greeter"],
        cwd=tmp_path / "src", capture_output=True, text=True,
        env={**os.environ, "CARGO_BUILD_BUILD_DIR": build_folder, "CARGO_TARGET_DIR": str(tmp_path / "target")},
    )
    assert built.returncode == 0, built.stderr
    done = dry_run("--only", "families", "--format", "json", program=tmp_path / "target/debug/cryptofunk", code=1)
    said = lines(done)
    assert said["family", "cryptofunk_trade_value_usd"]["why"] == "no series of it has moved under the load, so nothing records it"
    assert said["family", "cryptofunk_trades_total"]["outcome"] == "proven"


def test_an_alert_that_is_not_there_is_named():
    said = dry_run("--alert", "HighMCPErrors", code=1).stderr
    assert "there is no alert `HighMCPErrors`; the alerts are MCPServerDown, " in said
