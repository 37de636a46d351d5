"""PostgreSQL, Redis and NATS, each in a folder of its own, that can be stopped and started again on the same port."""

import contextlib
import pathlib
import shutil
import subprocess
import tempfile

from conftest import Process, free_port


class Postgres:
    """A PostgreSQL server of its own, in a folder of its own."""

    def __init__(self, folder=None):
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(dir="/tmp"))
        shutil.chown(self.folder, "postgres")
        self.port = free_port()
        # Small segments, so that a full disk is met soon.
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "--wal-segsize=1", "--no-sync")
        self.start()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments, check=True):
        # It refuses to run as root.
        command = ["runuser", "-u", "postgres", "--", self.bin / program, *arguments]
        done = subprocess.run([str(part) for part in command], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")
        return done.returncode == 0

    def runs(self):
        return self.run("pg_ctl", "status", "-D", self.folder / "data", check=False)

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        if not self.run("pg_ctl", "start", "-w", "-D", self.folder / "data", "-o", options, "-l", self.folder / "log", check=False):
            raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()}")

    def stop(self):
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.folder / "data")

    def read(self, text):
        """What a query answers, as text."""
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-Atc", text]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def query(self, text):
        return self.read(text).split()

    def close(self):
        if self.runs():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Daemon:
    """A server that can be stopped and started again on the same port."""

    def __init__(self, folder, command):
        self.folder, self.command = folder, command
        self.start()

    def start(self):
        self.process = Process(*self.command, cwd=self.folder)

    def stop(self):
        self.process.close()


class Servers:
    """All three, and the settings that say where they are. Redis keeps nothing, and NATS asks for a password."""

    def __init__(self, folder, postgres_folder=None):
        # First, for it may not start: then nothing is left running.
        self.postgres = Postgres(postgres_folder)
        redis_port, self.nats_port = free_port(), free_port()
        redis = ["redis-server", "--port", redis_port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.redis = Daemon(folder, redis)
        self.nats = Daemon(folder, ["nats-server", "-a", "127.0.0.1", "-p", self.nats_port, "--user", "cryptofunk", "--pass", "se/cret"])
        self.env = {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/",
            "NATS_URL": f"nats://cryptofunk:se%2Fcret@127.0.0.1:{self.nats_port}",
        }

    def close(self):
        self.postgres.close()
        for server in (self.redis, self.nats):
            with contextlib.suppress(ValueError, FileNotFoundError):  # it is stopped already
                server.stop()
