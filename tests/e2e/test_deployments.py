"""How components are deployed, as the tools read it that know its form: docker-compose, a linter of Dockerfiles, kustomize, and the
schemas of Kubernetes and of the Prometheus operator."""

import json
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from conftest import COMPONENTS, CRYPTOFUNK, ROOT, free_port, wait_for

DEPLOYMENTS = ROOT / "deployments"
TOOLS = ROOT / "target/test-tools"
ALERTMANAGER = DEPLOYMENTS / "alertmanager/alertmanager.yml"


def run(*command, code=0, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


# Containers.


@pytest.fixture(scope="module")
def compose(tmp_path_factory):
    """docker-compose.yml with the secrets that its script makes, as docker-compose reads it."""
    folder = tmp_path_factory.mktemp("compose")
    shutil.copytree(DEPLOYMENTS, folder / "deployments", ignore=shutil.ignore_patterns("secrets"))
    first = run(folder / "deployments/compose/secrets.sh")
    kept = (folder / "deployments/compose/secrets/api-token").read_text()
    assert first.count("made ") == 10 and run(folder / "deployments/compose/secrets.sh") == ""
    assert (folder / "deployments/compose/secrets/api-token").read_text() == kept and len(kept) == 32
    file = folder / "deployments/docker-compose.yml"
    return folder, yaml.safe_load(run("docker-compose", "-f", file, "config"))


def test_compose_has_every_component_with_limits_and_a_health_check(compose):
    _, config = compose
    services = config["services"]
    assert set(services) == {*COMPONENTS, "prometheus", "alertmanager", "grafana", "postgres", "redis", "nats"}
    for name, service in services.items():
        assert service["healthcheck"]["test"][0] == "CMD" and service["mem_limit"] and service["cpus"], name
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+[\w.-]*", service["image"]), f"{name}: {service['image']} is not pinned"
        # Nothing is published beyond this machine.
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])), name
    for name, port in COMPONENTS.items():
        service = services[name]
        assert service["command"] == [name] and service["ports"] == [f"127.0.0.1:{port}:{port}/tcp"]
        assert service["healthcheck"]["test"] == ["CMD", "cryptofunk", "health", name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["environment"]["ORCHESTRATOR_URL"] == "http://orchestrator:8081"


def test_everything_that_compose_mounts_is_there(compose):
    folder, config = compose
    mounted = set()
    for service in config["services"].values():
        for volume in service.get("volumes", []):
            source, target, *_ = volume.split(":")
            mounted.add(target)
            assert source in config["volumes"] or (folder / "deployments" / source).exists(), volume
    for secret in config["secrets"].values():
        assert (folder / "deployments" / secret["file"]).is_file(), secret
    # Where the configuration looks for things is where they are mounted.
    text = ALERTMANAGER.read_text()
    (secrets,) = [service["secrets"] for name, service in config["services"].items() if name == "alertmanager"]
    assert {secret["target"] for secret in secrets} == set(re.findall(r"_file: (\S+)", text))
    assert {"/etc/prometheus/prometheus.yml", "/etc/prometheus/rules", "/etc/prometheus/targets"} <= mounted
    provider = yaml.safe_load((DEPLOYMENTS / "grafana/provisioning/dashboards/cryptofunk.yml").read_text())["providers"][0]
    assert provider["options"]["path"] in mounted and "/etc/grafana/provisioning" in mounted
    (source,) = yaml.safe_load((DEPLOYMENTS / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090" and source["jsonData"]["timeInterval"] == "15s"


def test_components_find_each_other_as_compose_has_them(compose, tmp_path):
    folder, config = compose
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config))
    shutil.copytree(folder / "deployments/compose/secrets", tmp_path / "secrets")
    script = ROOT / "tests/e2e/in_containers.py"
    said = run("unshare", "--mount", "--net", sys.executable, "-B", script, tmp_path / "config.yml", tmp_path, CRYPTOFUNK)
    said = json.loads(said)
    assert said["decisions"][0]["number"] > 0
    jobs = {"orchestrator": "orchestrator", "api": "api"}
    kind = lambda name: "agents" if name.endswith("-agent") else "mcp-servers"
    assert said["targets"] == {f"{name}:{port}": jobs.get(name, kind(name)) for name, port in COMPONENTS.items()}


def test_a_misspelt_key_of_compose_is_seen(tmp_path):
    text = (DEPLOYMENTS / "docker-compose.yml").read_text()
    (tmp_path / "docker-compose.yml").write_text(text.replace("  mem_limit:", "  memory_limit:"))
    assert "memory_limit" in run("docker-compose", "-f", tmp_path / "docker-compose.yml", "config", "-q", code=1)


def test_the_dockerfile_is_in_order(tmp_path):
    linter = TOOLS / "python/bin/hadolint"
    assert run(linter, DEPLOYMENTS / "Dockerfile") == ""
    text = (DEPLOYMENTS / "Dockerfile").read_text()
    assert "USER 10001:10001" in text
    (tmp_path / "Dockerfile").write_text(text.replace("debian:12.11-slim", "debian:latest"))
    assert "DL3007" in run(linter, tmp_path / "Dockerfile", code=1)
    # It builds with the compiler whose messages the tests expect.
    channel = re.search('channel = "(.*)"', (ROOT / "rust-toolchain.toml").read_text())[1]
    assert f"FROM rust:{channel}-slim" in text


def test_health_is_what_the_component_says(start, serve):
    port = free_port()
    assert "risk-analyzer does not answer" in run(CRYPTOFUNK, "health", "risk-analyzer", code=1, env={"METRICS_PORT": str(port)})
    port = serve(CRYPTOFUNK, "risk-analyzer")
    assert run(CRYPTOFUNK, "health", "risk-analyzer", env={"METRICS_PORT": str(port)}) == ""
    # An agent that reaches nobody is unhealthy.
    port = free_port()
    start(CRYPTOFUNK, "api", METRICS_PORT=port, ORCHESTRATOR_URL="http://127.0.0.1:9")

    def is_told():
        done = subprocess.run([CRYPTOFUNK, "health", "api"], capture_output=True, text=True, env={"METRICS_PORT": str(port)})
        return done.returncode == 1 and "api is unhealthy" in done.stderr

    wait_for(is_told, "the API to say that it is unhealthy")


def test_the_database_can_be_named_in_a_file(start, tmp_path):
    (tmp_path / "url").write_text(f"sqlite://{tmp_path}/named.db\n")
    port = free_port()
    server = start(CRYPTOFUNK, "order-executor", METRICS_PORT=port, DATABASE_URL="", DATABASE_URL_FILE=tmp_path / "url")
    wait_for((tmp_path / "named.db").exists, "the database of the file")
    server.end()
    server = start(CRYPTOFUNK, "order-executor", METRICS_PORT=port, DATABASE_URL="", DATABASE_URL_FILE=tmp_path / "nothing")
    assert server.popen.wait(20) == 1 and "which DATABASE_URL_FILE names" in server.output()


# Kubernetes.


@pytest.fixture(scope="module")
def objects():
    """All objects, as kustomize puts them together, by kind and name."""
    built = run("kubectl", "kustomize", DEPLOYMENTS / "kubernetes")
    return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(built)}


def test_the_manifests_fit_the_schemas_of_kubernetes(objects, tmp_path):
    def said(objects):
        (tmp_path / "objects.yaml").write_text(yaml.safe_dump_all(objects))
        validate = [TOOLS / "python/bin/kubernetes-validate", "--strict", "--quiet", "--no-warn", tmp_path / "objects.yaml"]
        return subprocess.run(validate, capture_output=True, text=True)

    done = said(objects.values())
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    wrong = json.loads(json.dumps(objects["Deployment", "api"]))
    wrong["spec"]["replica"] = wrong["spec"].pop("replicas")
    done = said([wrong])
    assert done.returncode == 1 and "replica" in done.stdout + done.stderr


def test_the_monitors_fit_the_schemas_of_the_operator(objects):
    script = """
        import * as kinds from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
        import fs from "node:fs";
        for (const one of JSON.parse(fs.readFileSync(0))) new kinds[one.kind](one).validate();
    """

    def said(objects):
        return subprocess.run(["node", "--input-type=module", "-e", script], input=json.dumps(objects), capture_output=True, text=True, cwd=TOOLS)

    ours = [one for one in objects.values() if one["apiVersion"] == "monitoring.coreos.com/v1"]
    assert sorted(one["kind"] for one in ours) == ["PodMonitor", "PrometheusRule", "PrometheusRule", "PrometheusRule", "ServiceMonitor"]
    done = said(ours)
    assert done.returncode == 0, done.stderr
    (monitor,) = [one for one in json.loads(json.dumps(ours)) if one["kind"] == "PodMonitor"]
    del monitor["spec"]["selector"]
    assert "selector" in said([monitor]).stderr


def test_the_objects_belong_together(objects):
    deployments = {name: one for (kind, name), one in objects.items() if kind == "Deployment"}
    assert set(deployments) == set(COMPONENTS) == {name for kind, name in objects if kind == "Service"}
    # The image that docker-compose builds.
    image = re.search("image: (cryptofunk:.*)", (DEPLOYMENTS / "docker-compose.yml").read_text())[1]
    jobs = {}
    for name, port in COMPONENTS.items():
        pod, service = deployments[name]["spec"]["template"], objects["Service", name]
        (container,) = pod["spec"]["containers"]
        assert container["args"] == [name] and container["image"] == image
        assert container["ports"][0]["containerPort"] == port == service["spec"]["ports"][0]["port"]
        assert container["readinessProbe"]["httpGet"] == {"path": "/health", "port": "http"}
        assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        assert deployments[name]["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        for source in container["envFrom"]:
            assert ("ConfigMap", source["configMapRef"]["name"]) in objects
        jobs.setdefault(pod["metadata"]["labels"]["cryptofunk/job"], []).append(pod["metadata"]["labels"]["app.kubernetes.io/component"])
    # Each is scraped once, and as the job that the rules and dashboards name.
    assert {job: set(kinds) for job, kinds in jobs.items()} == {
        "orchestrator": {"service"}, "api": {"service"}, "mcp-servers": {"mcp-server"}, "agents": {"agent"},
    }
    services, pods = objects["ServiceMonitor", "cryptofunk"]["spec"], objects["PodMonitor", "cryptofunk-agents"]["spec"]
    assert services["jobLabel"] == pods["jobLabel"] == "cryptofunk/job"
    assert services["selector"]["matchExpressions"][0]["values"] == ["service", "mcp-server"]
    assert pods["selector"]["matchLabels"]["app.kubernetes.io/component"] == "agent"


def test_the_operator_is_given_the_rules_that_prometheus_reads(objects):
    for file, name in [("cryptofunk.rules", "cryptofunk"), ("trading", "cryptofunk-trading"), ("fleet", "cryptofunk-fleet")]:
        rules = yaml.safe_load((DEPLOYMENTS / f"prometheus/rules/{file}.yml").read_text())
        assert objects["PrometheusRule", name]["spec"] == rules
