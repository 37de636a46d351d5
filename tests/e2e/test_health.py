"""`/health` tells the truth: about a neighbour that does not answer, and about the disk under the database."""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile

import pytest

from chaos import books
from conftest import COMPONENTS, CRYPTOFUNK, ToolError, call_tool, free_port, get, wait_for
from servers import Postgres

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


def test_who_waits_for_a_frozen_neighbour_says_so(system, settings):
    running = system("--patience", "10m", **settings)
    wait_for(lambda: running.api("status")["rounds"] > 0, "the first round", seconds=60)
    for frozen, waiting in WAITING.items():
        wait_for(lambda: running.is_healthy(), f"everything to be healthy before {frozen} freezes", seconds=60)
        pid = running.pid(frozen)
        os.kill(pid, signal.SIGSTOP)
        try:
            if frozen == "orchestrator" and settings:
                # Agents wait for what NATS brings, which answers.
                waiting = {"api"}
            for name in sorted(waiting):
                # Two rounds are eight seconds; of those that only hold a last success against the clock, none turns before thirty.
                told = wait_for(lambda: errors(running, name), f"{name} to be unhealthy while {frozen} is frozen", seconds=20)
                print(frozen, name, told)
        finally:
            os.kill(pid, signal.SIGCONT)
    wait_for(lambda: running.is_healthy(), "everything to be healthy again", seconds=60)
    assert "starting it again" not in running.up.output()


@pytest.fixture
def disk(request):
    """A small disk, in a place that PostgreSQL's user may enter."""
    folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={getattr(request, 'param', '2m')}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


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


def test_after_a_full_disk_everything_that_is_acknowledged_is_kept(start, disk, tmp_path):
    ports = {"market-data": free_port(), "order-executor": free_port()}
    (tmp_path / "token").write_text("secret")
    env = {
        "DATABASE_URL": f"sqlite://{disk}/trades.db", "API_TOKEN_FILE": tmp_path / "token",
        "MARKET_DATA_URL": f"http://127.0.0.1:{ports['market-data']}",
    }
    running = {name: start(CRYPTOFUNK, name, METRICS_PORT=port, **env) for name, port in ports.items()}
    wait_for(lambda: all(get(f"http://127.0.0.1:{port}/health")[0] == 200 for port in ports.values()), "both to be healthy")
    call = lambda tool, **arguments: call_tool(ports["order-executor"], tool, token="secret", **arguments)
    buy = lambda order_id: call("place_market_order", order_id=order_id, symbol="SOL-USD", side="buy", quantity=0.1)
    call("start_session", session_id="s")
    # Each connection of the pool meets the full disk more than once.
    fill(disk)
    refused = []
    for number in range(2_000):
        try:
            buy(f"full-{number}")
        except ToolError as error:
            refused.append(str(error))
            if len(refused) > 20:
                break
    assert len(refused) > 20 and all("nothing was done" in text for text in refused)
    assert sum("the disk is full; free some space" in text for text in refused) > 10, refused
    (disk / "filler").unlink()
    acknowledged = [buy(f"after-{number}") for number in range(20)]
    assert all(order["status"] == "filled" for order in acknowledged)
    # What is not on the disk is gone now.
    running["order-executor"].end(signal.SIGKILL)
    start(CRYPTOFUNK, "order-executor", METRICS_PORT=ports["order-executor"], **env)
    wait_for(lambda: get(f"http://127.0.0.1:{ports['order-executor']}/health")[0] == 200, "the executor to be back")
    assert [call("get_order_status", order_id=order["order_id"]) for order in acknowledged] == acknowledged
    tables = books.read_sqlite(disk / "trades.db")
    assert books.check_money(tables) + books.check_rows(tables) == []


@pytest.fixture
def postgres(disk):
    server = Postgres(disk)
    yield server
    server.close()


@pytest.mark.parametrize("disk", ["128m"], indirect=True)
def test_a_full_a_read_only_and_a_lost_postgres_are_told(start, disk, postgres, tmp_path):
    ports = {"market-data": free_port(), "order-executor": free_port()}
    (tmp_path / "token").write_text("secret")
    env = {"DATABASE_URL": postgres.url, "API_TOKEN_FILE": tmp_path / "token", "MARKET_DATA_URL": f"http://127.0.0.1:{ports['market-data']}"}
    for name, port in ports.items():
        start(CRYPTOFUNK, name, METRICS_PORT=port, **env)
        wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, f"{name} to be healthy")
    call = lambda tool, **arguments: call_tool(ports["order-executor"], tool, token="secret", **arguments)
    database = lambda: json.loads(get(f"http://127.0.0.1:{ports['order-executor']}/health")[2])["checks"]["database"]
    whole = lambda: wait_for(lambda: database()["status"] == "healthy", "the database to be healthy", seconds=60)
    call("start_session", session_id="s")

    fill(disk)
    refused = []
    for number in range(10_000):
        try:
            call("place_market_order", order_id=f"order-{number}", symbol="NONE-USD", side="buy", quantity=1)
        except ToolError as error:
            refused.append(str(error))
            break
    assert "nothing was done: the disk is full; free some space" in refused[0], "it needs more space in the end"
    # An answer is kept for a second.
    wait_for(lambda: "the disk is full; free some space" in database().get("error", ""), "the full disk to be told")
    (disk / "filler").unlink()
    call("place_market_order", order_id=f"order-{number}", symbol="NONE-USD", side="buy", quantity=1)
    whole()
    assert postgres.query("SELECT COUNT(*) FROM orders") == [str(number + 1)]

    postgres.query("ALTER DATABASE postgres SET default_transaction_read_only = on")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    postgres.query(cut)
    error = wait_for(lambda: database().get("error"), "the database to be unhealthy")
    assert "it is read-only" in error, error
    line = last_line("order-executor", cwd=tmp_path, DATABASE_URL=postgres.url, METRICS_PORT=str(free_port()))
    assert line.startswith(f"error: cannot open the database postgres://127.0.0.1:{postgres.port}/postgres, which DATABASE_URL names: it is read-only")
    postgres.query("BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT")
    postgres.query(cut)
    whole()
    postgres.stop()
    assert wait_for(lambda: database().get("error"), "the database to be unhealthy")
    line = last_line("order-executor", cwd=tmp_path, DATABASE_URL=postgres.url, METRICS_PORT=str(free_port()))
    assert line.startswith(f"error: cannot open the database postgres://127.0.0.1:{postgres.port}/postgres, which DATABASE_URL names: ")
    postgres.start()
    whole()


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
