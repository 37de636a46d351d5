"""`/health` tells the truth: about a neighbour that does not answer, and about the disk under the database."""

import json
import os
import signal
import sqlite3
import subprocess

import pytest

from conftest import COMPONENTS, CRYPTOFUNK, free_port, get, wait_for

# Those that wait for it: an agent is asked nothing while the orchestrator itself waits.
WAITING = {
    "market-data": {"orchestrator", "order-executor"},
    "order-executor": {"orchestrator", "api"},
    "technical-indicators": {"technical-agent", "trend-agent", "reversion-agent"},
    "orchestrator": {"api", *(name for name in COMPONENTS if name.endswith("-agent"))},
}


def errors(system, name):
    """What a component says is wrong; nothing if it does not answer."""
    status, checks = system.health(name)
    told = [check["error"] for check in checks.values() if check["status"] == "unhealthy"]
    assert (status == 503) == bool(told)
    return told


def test_who_waits_for_a_frozen_neighbour_says_so(system):
    running = system("--patience", "10m")
    wait_for(lambda: running.api("status")["rounds"] > 0, "the first round", seconds=60)
    for frozen, waiting in WAITING.items():
        wait_for(lambda: running.is_healthy(), f"everything to be healthy before {frozen} freezes", seconds=60)
        pid = running.pid(frozen)
        os.kill(pid, signal.SIGSTOP)
        try:
            for name in sorted(waiting):
                # Two rounds are eight seconds; of those that only hold a last success against the clock, none turns before thirty.
                told = wait_for(lambda: errors(running, name), f"{name} to be unhealthy while {frozen} is frozen", seconds=20)
                print(frozen, name, told)
        finally:
            os.kill(pid, signal.SIGCONT)
    wait_for(lambda: running.is_healthy(), "everything to be healthy again", seconds=60)
    assert "starting it again" not in running.up.output()


@pytest.fixture
def disk(tmp_path):
    """A small disk, and what fills it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk):
    with open(disk / "filler", "wb", buffering=0) as filler, pytest.raises(OSError):
        while True:
            filler.write(b"x" * 4096)


def last_line(*command, cwd, **env):
    done = subprocess.run([CRYPTOFUNK, *command], capture_output=True, text=True, timeout=60, cwd=cwd, env={**os.environ, **env})
    assert done.returncode == 1 and done.stdout == "", done
    return done.stderr.splitlines()[-1]


def test_a_full_a_read_only_and_a_lost_database_are_told(start, disk, tmp_path):
    url = f"sqlite://{disk}/trades.db"
    port = free_port()
    start(CRYPTOFUNK, "order-executor", METRICS_PORT=port, DATABASE_URL=url, MARKET_DATA_URL="http://127.0.0.1:1")

    def database():
        return json.loads(get(f"http://127.0.0.1:{port}/health")[2])["checks"]["database"]

    def told(text):
        error = wait_for(lambda: database().get("error"), "the database to be unhealthy")
        assert text in error, error

    whole = lambda: wait_for(lambda: database()["status"] == "healthy", "the database to be healthy")
    whole()
    fill(disk)
    told("the disk is full; free some space")
    another = {"DATABASE_URL": f"sqlite://{disk}/another.db", "METRICS_PORT": str(free_port())}
    line = last_line("order-executor", cwd=tmp_path, **another)
    assert line.startswith(f"error: cannot open the database sqlite://{disk}/another.db, which DATABASE_URL names: the disk is full; free some")
    assert "No space left on device" in last_line("up", "--only", "risk-analyzer", "--port-offset", "2", cwd=disk)
    (disk / "filler").unlink()
    whole()
    (disk / "trades.db").rename(disk / "away.db")
    told("was deleted or replaced while it was open")
    (disk / "away.db").rename(disk / "trades.db")
    whole()
    # The pages that a running process remembers are no proof.
    with sqlite3.connect(disk / "trades.db") as database_file:
        database_file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(disk / "trades.db", "r+b") as file:
        file.write(b"garbage " * (os.path.getsize(file.name) // 8))
    told("it is damaged, or no database")
    line = last_line("order-executor", cwd=tmp_path, DATABASE_URL=url, METRICS_PORT=str(free_port()))
    assert line.startswith(f"error: cannot open the database {url}, which DATABASE_URL names: it is damaged, or no database; put a copy")


def test_a_disk_that_becomes_read_only(start, disk, tmp_path):
    url = f"sqlite://{disk}/trades.db"
    port = free_port()
    process = start(CRYPTOFUNK, "order-executor", METRICS_PORT=port, DATABASE_URL=url)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health"), "the component to listen")
    assert process.end() == 0
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    line = last_line("order-executor", cwd=tmp_path, DATABASE_URL=url, METRICS_PORT=str(port))
    assert line.startswith(f"error: cannot open the database {url}, which DATABASE_URL names: ")
    # Whichever of the files it meets first.
    assert "writable" in line, line
