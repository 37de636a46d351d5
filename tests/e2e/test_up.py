"""What `cryptofunk up` does when somebody else is there already, and when components freeze, are killed or cannot be started."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess

from conftest import COMPONENTS, CRYPTOFUNK, ROOT, alive, children, command_line, get, offset, wait_for


def running(up):
    wait_for(lambda: "Ctrl-C stops everything" in up.output(), "the components", seconds=90)
    return up


def pid_of(up, name):
    for pid in children(up.popen.pid):
        try:
            if name.encode() in command_line(pid):
                return pid
        except FileNotFoundError:
            pass
    return None


def healthy(port):
    return get(f"http://127.0.0.1:{port}/health")[0] == 200


def test_one_up_has_a_folder_and_ports_to_itself(start, tmp_path):
    move = offset()
    data = tmp_path / f"cryptofunk-data/offset-{move}"
    data.mkdir(parents=True)
    # What a full disk has left.
    (data / "api-token").touch(0o600)
    up = running(start(CRYPTOFUNK, "up", "--port-offset", move, "--only", "risk-analyzer,api"))
    token = data / "api-token"
    assert len(token.read_text().strip()) == 64 and token.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in data.iterdir()) == ["api-token", "up.lock"]

    def second(folder):
        command = [CRYPTOFUNK, "up", "--port-offset", str(move), "--only", "risk-analyzer"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        return done.stderr

    assert f"another `cryptofunk up` (process {up.popen.pid}) keeps its data in cryptofunk-data/offset-{move}; stop it" in second(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "of risk-analyzer is already in use" in second(elsewhere)
    # Without a terminal, too, components that are not healthy are named, and nothing reads -0.
    line = "1 of 2 healthy (api is unhealthy); 0 signals, 0 decisions, 0 trades, 0 positions, portfolio 0.00 USD"
    wait_for(lambda: line in up.output(), "the line that names the component")
    kept = token.read_text()
    assert up.end() == 0
    up = running(start(CRYPTOFUNK, "up", "--port-offset", move, "--only", "risk-analyzer"))
    assert token.read_text() == kept, "a token that is there stays"


def test_of_two_ups_that_start_at_once_one_says_so(start, tmp_path):
    move = offset()
    ups = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        ups.append(start(CRYPTOFUNK, "up", "--port-offset", move, "--only", "risk-analyzer,market-data", cwd=tmp_path / name))
    wait_for(lambda: any(up.popen.poll() is not None for up in ups), "one of them to end")
    lost, won = sorted(ups, key=lambda up: up.popen.poll() is None)
    assert lost.popen.poll() == 1 and lost.output().count("\n") == 1 and "is already in use" in lost.output(), lost.output()
    running(won)
    assert "starting it again" not in won.output()


def test_a_component_that_freezes_is_killed_and_started_again(start):
    move = offset()
    port = COMPONENTS["risk-analyzer"] + move
    up = running(start(CRYPTOFUNK, "up", "--port-offset", move, "--only", "risk-analyzer,market-data", "--patience", "1s"))
    victim = pid_of(up, "risk-analyzer")
    os.kill(victim, signal.SIGSTOP)
    line = "risk-analyzer has answered nothing for 1s and was killed; starting it again in 500ms"
    wait_for(lambda: line in up.output(), "the line that names it")
    wait_for(lambda: healthy(port), "the component to be back")
    assert not alive(victim) and pid_of(up, "risk-analyzer") != victim
    assert "market-data has" not in up.output()


def test_a_killed_component_does_not_wait_and_one_that_cannot_start_is_tried_again(start, tmp_path):
    program = tmp_path / "cryptofunk"
    shutil.copy(CRYPTOFUNK, program)
    move = offset()
    port = COMPONENTS["risk-analyzer"] + move
    up = running(start(program, "up", "--port-offset", move, "--only", "risk-analyzer"))

    def kill():
        victim = pid_of(up, "risk-analyzer")
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: not alive(victim), "it to be gone")

    for time in range(1, 5):
        kill()
        wait_for(lambda: healthy(port), "the component to be back")
        assert up.output().count("risk-analyzer ended (signal: 9 (SIGKILL)); starting it again in 500ms") == time
    assert up.output().count("starting it again") == 4, "killed as often as it may be, it never waits for longer"

    program.rename(tmp_path / "replaced")
    kill()
    wait_for(lambda: "cannot start risk-analyzer: No such file or directory (os error 2); trying it again in" in up.output(), "the line")
    # Its port is free now, and nevertheless nobody else's.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [CRYPTOFUNK, "up", "--port-offset", str(move), "--only", "risk-analyzer", "--for", "1ms"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=elsewhere)
    assert done.returncode == 1 and "of risk-analyzer is already in use" in done.stderr, done.stderr
    (tmp_path / "replaced").rename(program)
    wait_for(lambda: healthy(port), "the component to be back")

    limits = resource.prlimit(up.popen.pid, resource.RLIMIT_NOFILE)
    few = (len(os.listdir(f"/proc/{up.popen.pid}/fd")) - 3, limits[1])
    victim = pid_of(up, "risk-analyzer")
    resource.prlimit(up.popen.pid, resource.RLIMIT_NOFILE, few)
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: "cannot start risk-analyzer: Too many open files (os error 24); trying it again in" in up.output(), "the line")
    resource.prlimit(up.popen.pid, resource.RLIMIT_NOFILE, limits)
    wait_for(lambda: healthy(port), "the component to be back", seconds=60)


def test_prometheus_runs_beside_the_components_and_ends_with_them(start, tmp_path):
    move = offset()
    token = tmp_path / "token"
    token.write_text("secret")
    up = running(
        start(
            CRYPTOFUNK, "up", "--port-offset", move, "--only", "risk-analyzer,technical-indicators", "--prometheus", "--root", ROOT,
            METRICS_TOKEN_FILE="token", TMPDIR=tmp_path,
        )
    )
    url = re.search(r"Prometheus is at (http://127\.0\.0\.1:\d+)", up.output())[1]
    assert f"it scrapes 127.0.0.1:{9202 + move} 127.0.0.1:{9203 + move}\n" in up.output()
    assert "deployments/grafana/dashboards" in up.output() and f"with Prometheus at {url}" in up.output()

    def answer(path):
        return json.loads(get(f"{url}/api/v1/{path}")[2])["data"]

    expected = [f"127.0.0.1:{port + move}" for port in (9202, 9203)]

    def scraped():
        targets = answer("targets")["activeTargets"]
        addresses = sorted(target["discoveredLabels"]["__address__"] for target in targets)
        return addresses == expected and all(target["health"] == "up" for target in targets)

    wait_for(scraped, "both targets to be scraped, with the token", seconds=60)
    names = {rule["name"] for group in answer("rules")["groups"] for rule in group["rules"]}
    assert len(names) > 10
    (prometheus,) = [pid for pid in children(up.popen.pid) if b"prometheus" in command_line(pid)[0]]
    assert list(tmp_path.glob("cryptofunk-prometheus-*"))
    assert up.end(signal.SIGINT) == 0
    assert not alive(prometheus) and not list(tmp_path.glob("cryptofunk-prometheus-*"))


def test_prometheus_that_is_not_installed_and_files_that_are_not_there_are_named(tmp_path):
    def said(*arguments, **env):
        done = subprocess.run([CRYPTOFUNK, "up", "--prometheus", *arguments], capture_output=True, text=True, timeout=60, cwd=tmp_path, env=env)
        assert done.returncode == 1 and done.stdout == "", done
        return done.stderr

    assert "Debian's package prometheus has it (apt-get install prometheus)" in said("--root", ROOT, PATH=str(tmp_path))
    assert "cannot read ./deployments/prometheus/rules; name the project's folder with --root" in said(PATH=os.environ["PATH"])
    assert not (tmp_path / "cryptofunk-data").exists(), "nothing was started"


def test_without_prometheus_it_says_where_one_would_look(start):
    move = offset()
    up = running(start(CRYPTOFUNK, "up", "--port-offset", move, "--only", "risk-analyzer"))
    assert f"Prometheus would scrape 127.0.0.1:{9203 + move}\n" in up.output() and "`up --prometheus` runs it" in up.output()
    done = subprocess.run([CRYPTOFUNK, "up", "--help"], capture_output=True, text=True, timeout=60)
    assert "--prometheus" in done.stdout and "Debian's package prometheus" in done.stdout
