"""The image, docker-compose.yml and the Kubernetes manifests, run by podman."""

import re
import shutil
import subprocess

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from conftest import COMPONENTS, ROOT, wait_for
from podman import Podman

API = "http://127.0.0.1:8080/api/v1"
NEIGHBOURS = ["prometheus", "alertmanager", "postgres", "redis", "nats"]
MEMORY = 256 * 2**20
pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    with Podman(tmp_path_factory.mktemp("podman")) as podman:
        podman.image = podman.build()
        yield podman


def assert_confined(podman, container):
    """The component has no rights, cannot write to its image, and has a limit of memory: that of its cgroup, of either version."""
    limits = "/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max"
    script = f"cat /proc/1/status; touch /made 2>&1; cat {limits} 2> /dev/null; true"
    said = podman.podman("exec", container, "sh", "-c", script)
    status = dict(re.findall(r"^(\w+):\s*(.*?)\s*$", said, re.MULTILINE))
    assert status["Name"] == "cryptofunk" and status["Uid"] == status["Gid"] == "\t".join(["10001"] * 4), container
    assert all(int(status[which], 16) == 0 for which in ("CapPrm", "CapEff", "CapBnd")), container
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", container
    assert "Read-only file system" in said and said.endswith(f"\n{MEMORY}"), said


def ended_well(podman, container):
    state = podman.inspect(container)["State"]
    return state["Status"] == "exited" and state["ExitCode"] == 0 and not state["OOMKilled"]


def trades(podman):
    return podman.json(f"{API}/trades?limit=1")["total"]


# The image.


def test_a_server_of_the_image_serves_and_stops(podman):
    run = ["run", "--detach", "--network=host", "--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
    container = podman.podman(*run, f"--memory={MEMORY}", podman.image, "risk-analyzer")
    wait_for(lambda: podman.get("http://127.0.0.1:9203/health")[0] == 200, "the server to be healthy")
    status, body = podman.get("http://127.0.0.1:9203/metrics")
    families = {family.name for family in text_string_to_metric_families(body)}
    assert status == 200 and "cryptofunk_mcp_requests" in families, families
    assert_confined(podman, container)
    assert podman.podman("exec", container, "cryptofunk", "health", "risk-analyzer") == ""
    # Docker's grace time. A process that does not stop within it is killed, and ends with 137.
    podman.podman("stop", "--time=10", container)
    assert ended_well(podman, container), podman.podman("logs", container)


def test_the_build_is_given_what_cargo_needs_and_no_secrets(podman, tmp_path):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for file in filter(None, [*listed, "deployments/compose/secrets/api-token", "target/debug/cryptofunk", "cryptofunk-data/api-token"]):
        (tmp_path / "context" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / "context" / file) if file in listed else (tmp_path / "context" / file).write_text("")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . .\n")
    out = tmp_path / "out"
    podman.run("buildah", "build", "-f", tmp_path / "Dockerfile", f"--output=type=local,dest={out}", tmp_path / "context")
    assert (out / "Cargo.lock").exists() and (out / "deployments/compose/secrets.sh").exists()
    assert not any((out / name).exists() for name in ["deployments/compose/secrets", "target", "cryptofunk-data", ".git"])
    # Every member of the workspace is there, and the lock file is theirs.
    host = re.search("host: (.*)", subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout)[1]
    metadata = ["cargo", "metadata", "--format-version=1", "--offline", "--locked", f"--filter-platform={host}"]
    done = subprocess.run(metadata, cwd=out, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# docker-compose.


def test_compose_starts_everything_and_trades(podman):
    containers = {name: f"deployments_{name}_1" for name in [*NEIGHBOURS, *COMPONENTS]}
    with podman.compose() as compose:
        with podman.health_checks() as healthy:
            compose("up", "--detach", *containers)
            wait_for(lambda: healthy == set(containers.values()), "all containers to be healthy", seconds=120)
        wait_for(lambda: trades(podman), "a trade", seconds=120)
        for name in COMPONENTS:
            assert_confined(podman, containers[name])

        up = lambda: podman.json("http://127.0.0.1:9090/api/v1/query?query=up==1")["data"]["result"]
        wait_for(lambda: len(up()) == len(COMPONENTS), "Prometheus to scrape all of them", seconds=60)
        groups = podman.json("http://127.0.0.1:9090/api/v1/rules")["data"]["groups"]
        assert groups and not [rule for group in groups for rule in group["rules"] if rule["health"] == "err"]
        assert podman.json("http://127.0.0.1:9090/api/v1/alertmanagers")["data"]["activeAlertmanagers"]

        # A component that dies is started again; the market goes on by the clock in its volume.
        before = podman.json(f"{API}/status")
        uptime = lambda: podman.json("http://127.0.0.1:9201/health")["uptime_seconds"]
        first = uptime()
        podman.run("kill", "-KILL", podman.inspect(containers["market-data"])["State"]["Pid"])
        wait_for(lambda: uptime() < first, "the market to be started again", seconds=60)
        goes_on = lambda: podman.json(f"{API}/status")["tick"] > before["tick"] + 3
        wait_for(goes_on, "rounds to go on", seconds=60)
        assert podman.json(f"{API}/status")["session_id"] == before["session_id"]

        compose("stop", *COMPONENTS)
        for name in COMPONENTS:
            assert ended_well(podman, containers[name]), f"{name}: {podman.podman('logs', '--tail=20', containers[name])}"


# Kubernetes.


def built():
    """The manifests as kustomize puts them together."""
    done = subprocess.run(["kubectl", "kustomize", ROOT / "deployments/kubernetes"], capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))


def play(podman, folder, name, *objects, network):
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump_all(objects))
    podman.podman("play", "kube", f"--network={network}:alias={name}", file)


def test_pods_of_the_manifests_trade(podman, tmp_path):
    objects = built()
    of = lambda kind: [one for one in objects if one["kind"] == kind]
    with podman.compose() as compose:
        # The database is outside of the cluster.
        compose("up", "--detach", "postgres")
        postgres = podman.inspect(compose("ps", "--quiet", "postgres"))
        (network,) = postgres["NetworkSettings"]["Networks"]
        secrets = podman.folder / "deployments/compose/secrets"
        # Podman 4 gives pods the text of a secret as it stands, without decoding it.
        data = {key: (secrets / key).read_text() for key in ("api-token", "database-url", "llm-key")}
        (tmp_path / "secret.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "cryptofunk"}, "data": data}))
        podman.podman("secret", "create", "cryptofunk", tmp_path / "secret.yaml")
        play(podman, tmp_path, "claims", *of("PersistentVolumeClaim"), network=network)
        containers = {}
        for deployment in of("Deployment"):
            name = deployment["metadata"]["name"]
            for volume in deployment["spec"]["template"]["spec"].get("volumes", []):
                # Podman 4 dies of a secret without this word; Kubernetes takes it for granted.
                if "secret" in volume:
                    volume["secret"]["optional"] = False
            # A service has the name of its component.
            play(podman, tmp_path, name, *of("ConfigMap"), deployment, network=network)
            containers[name] = f"{name}-pod-0-{name}"
        assert set(containers) == set(COMPONENTS)
        healthy = lambda: all(podman.get(f"http://127.0.0.1:{port}/health")[0] == 200 for port in COMPONENTS.values())
        wait_for(healthy, "all components to be healthy", seconds=120)
        wait_for(lambda: trades(podman), "a trade", seconds=120)
        for name in COMPONENTS:
            assert_confined(podman, containers[name])
        pods = podman.podman("pod", "ls", "--quiet").split()
        podman.podman("pod", "stop", "--time=20", *pods)
        assert len(pods) == len(COMPONENTS)
        for name in COMPONENTS:
            assert ended_well(podman, containers[name]), f"{name}: {podman.podman('logs', '--tail=20', containers[name])}"
        podman.podman("pod", "rm", "--all", "--force")
