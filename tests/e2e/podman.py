"""Podman without Docker and without systemd, in namespaces of its own: its storage is a folder of the test, nobody else is on its network,
and all that it started ends with it. There is no registry: images have the names that the files of deployments/ ask for.
"""

import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import threading

from conftest import CRYPTOFUNK, ROOT, children, command_line, wait_for

DOCKERFILE = ROOT / "deployments/Dockerfile"
# A minimal Debian of this machine's release; scripts/test makes it.
DEBIAN = ROOT / "target/test-tools/debian.tar"
STAND_INS = pathlib.Path(__file__).with_name("stand_ins.yml")
VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
HUB = "docker.io/library"


def storage_driver(folder):
    """Overlay where the kernel and the folder's file system have it, else vfs, which copies each image for each container."""
    layers = [folder / name for name in ("lower", "upper", "work", "merged")]
    for layer in layers:
        layer.mkdir()
    lower, upper, work, merged = layers
    mount = ["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={work}", merged]
    return "vfs" if subprocess.run(["unshare", "--mount", *mount], capture_output=True).returncode else "overlay"


class Podman:
    """Runs podman, buildah and docker-compose, and whatever has to see their network."""

    def __init__(self, folder):
        self.folder = folder
        # Limits of this process, which may not be able to raise them; podman asks for more than many a sandbox has.
        hard = lambda limit: resource.getrlimit(limit)[1]
        limits = {"nofile": hard(resource.RLIMIT_NOFILE), "nproc": hard(resource.RLIMIT_NPROC)}
        ulimits = ", ".join(f'"{name}={limit}:{limit}"' for name, limit in limits.items())
        files = {
            "CONTAINERS_CONF": f'[containers]\ndefault_ulimits = [{ulimits}]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n'
            f'events_logger = "file"\nlock_type = "file"\ntmp_dir = "{folder}/tmp"\n'
            f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{folder}/networks"\n',
            "CONTAINERS_STORAGE_CONF": f'[storage]\ndriver = "{storage_driver(folder)}"\ngraphroot = "{folder}/storage"\nrunroot = "{folder}/run"\n',
            "CONTAINERS_REGISTRIES_CONF": 'unqualified-search-registries = ["docker.io"]\n',
        }
        for name, text in files.items():
            (folder / name).write_text(text)
        self.env = {name: str(folder / name) for name in files}
        # Podman's health checks are timers of systemd: `health_checks` runs them.
        self.env |= {"DISABLE_HC_SYSTEMD": "true", "BUILDAH_ISOLATION": "chroot"}
        self.env |= {"DOCKER_HOST": f"unix://{folder}/podman.sock", "COMPOSE_HTTP_TIMEOUT": "240"}
        self.log = open(folder / "log", "w")
        self.service = None

    def __enter__(self):
        """Starts the namespaces, whose processes all end with their first, and in them what docker-compose takes for Docker."""
        namespaces = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self.unshare = subprocess.Popen([*namespaces, "catatonit", "sleep", "infinity"], stderr=self.log, start_new_session=True)
        (self.first,) = wait_for(lambda: children(self.unshare.pid), "the namespaces")
        wait_for(lambda: b"catatonit" in command_line(self.first)[0], "their first process")
        try:
            for one in ["/run", "/dev/shm"]:
                self.run("mount", "-t", "tmpfs", "none", one)
            self.run("ip", "link", "set", "lo", "up")
            service = self.inside(["podman", "system", "service", "--time=0", self.env["DOCKER_HOST"]])
            self.service = subprocess.Popen(service, stdout=self.log, stderr=self.log, env={**os.environ, **self.env})
            wait_for((self.folder / "podman.sock").exists, "podman's socket")
        except BaseException:
            self.end()
            raise
        return self

    def inside(self, command):
        return ["nsenter", f"--target={self.first}", "--mount", "--net", "--pid", *map(str, command)]

    def run(self, *command, code=0, seconds=120, **options):
        """Runs a command inside and answers what it wrote."""
        env = {**os.environ, **self.env}
        done = subprocess.run(self.inside(command), capture_output=True, text=True, env=env, timeout=seconds, **options)
        assert done.returncode == code, f"{command} answered {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def podman(self, *arguments, **options):
        return self.run("podman", *arguments, **options)

    def inspect(self, container):
        return json.loads(self.podman("inspect", container))[0]

    def get(self, url):
        """Answers (status, body), or fails as something that may be waited for."""
        done = subprocess.run(self.inside(["curl", "-sS", "-m", 10, "-w", "\n%{http_code}", url]), capture_output=True, text=True)
        if done.returncode:
            raise ConnectionError(done.stderr)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def json(self, url):
        status, body = self.get(url)
        if status != 200:
            raise ConnectionError(body)
        return json.loads(body)

    def build(self):
        """Builds the image by the Dockerfile as it is. The tests' own program takes the place of the stage `build`, which compiles
        for minutes."""
        base = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE)[-1]
        self.podman("import", DEBIAN, f"{HUB}/{base}")
        self.env["DEBIAN"] = base
        stage, nothing = self.folder / "stage", self.folder / "nothing"
        nothing.mkdir()
        (stage / "src/target/release").mkdir(parents=True)
        shutil.copy(CRYPTOFUNK, stage / "src/target/release/cryptofunk")
        image = f"{HUB}/cryptofunk:{VERSION}"
        self.run("buildah", "build", "--pull-never", f"--build-context=build={stage}", "-t", image, "-f", DOCKERFILE, nothing)
        return image

    @contextlib.contextmanager
    def health_checks(self):
        """Runs the health checks of all containers, one after the other and again, as timers would. Answers the names of those that
        have passed their last one."""
        over, passed = threading.Event(), set()
        env = {**os.environ, **self.env}
        ask = lambda *arguments: subprocess.run(self.inside(["podman", *arguments]), capture_output=True, text=True, env=env, timeout=60)

        def check():
            while not over.wait(0.5):
                for name in ask("ps", "--format={{.Names}}").stdout.split():
                    (passed.discard if ask("healthcheck", "run", name).returncode else passed.add)(name)

        checking = threading.Thread(target=check)
        checking.start()
        try:
            yield passed
        finally:
            over.set()
            checking.join()

    @contextlib.contextmanager
    def compose(self):
        """docker-compose with a copy of deployments/, its secrets, and the stand-ins; podman answers it in Docker's place."""
        shutil.copytree(ROOT / "deployments", self.folder / "deployments", ignore=shutil.ignore_patterns("secrets"))
        self.run(self.folder / "deployments/compose/secrets.sh")
        (programs,) = pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")
        self.env["POSTGRES_PROGRAMS"] = str(programs.parent)
        files = ["-f", self.folder / "deployments/docker-compose.yml", "-f", STAND_INS]
        try:
            yield lambda *arguments: self.run("docker-compose", *files, *arguments, seconds=240)
        finally:
            # Shown if the test fails.
            print(self.podman("ps", "--all"), (self.folder / "log").read_text(), sep="\n")
            self.remove_all()
            shutil.rmtree(self.folder / "deployments")

    def remove_all(self):
        """Containers and what they have kept; images stay."""
        self.podman("pod", "rm", "--all", "--force", "--time=0")
        self.podman("rm", "--all", "--force", "--time=0")
        for kept in ("volume", "network"):
            self.podman(kept, "prune", "--force")

    def __exit__(self, *error):
        try:
            self.remove_all()
        finally:
            self.end()

    def end(self):
        os.kill(self.first, signal.SIGKILL)
        for process in filter(None, [self.unshare, self.service]):
            process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder)
