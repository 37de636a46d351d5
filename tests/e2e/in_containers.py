"""Runs every component of a docker-compose configuration as its container would be: with its command, its environment and its secrets, at
addresses that are names, and Prometheus with what is mounted for it. For test_deployments.py, which runs it in namespaces of its own:

    unshare --mount --net in_containers.py CONFIG FOLDER PROGRAM

CONFIG is what `docker-compose config` says. Prints as JSON the API's decisions and Prometheus' targets. Then it starts the market again, and rounds have to go on.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import yaml

from conftest import ROOT, call_tool, get, wait_for

SECRETS = "/run/secrets"
VOLUME = "/var/lib/cryptofunk"


def main(config, folder, program):
    services = yaml.safe_load(pathlib.Path(config).read_text())["services"]
    folder = pathlib.Path(folder)
    # All of them are this machine, whose loopback is a new one.
    (folder / "hosts").write_text("127.0.0.1 localhost " + " ".join(services) + "\n")
    subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # A database of this test; the others are secrets as the script has made them.
    (folder / "secrets/database-url").write_text(f"sqlite://{folder}/trades.db")
    running = []

    def start(name, *command, **env):
        log = open(folder / f"{name}.log", "w")
        environment = {"PATH": os.environ["PATH"], **env}
        running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment))

    try:
        inside = lambda text: str(text or "").replace(SECRETS, str(folder / "secrets")).replace(VOLUME, str(folder / "volume"))
        start("nats", shutil.which("nats-server"), *map(inside, services["nats"]["command"]))
        start("redis", shutil.which("redis-server"), "--save", "")
        wait_for(lambda: get("http://nats:8222/healthz")[0] == 200, "NATS")
        started = {}
        components = {name: service for name, service in services.items() if service.get("command") == [name]}
        for name, service in components.items():
            env = {key: inside(value) for key, value in service["environment"].items()}
            start(name, program, *service["command"], **env)
            started[name] = lambda name=name, service=service, env=env: start(name, program, *service["command"], **env)
        mounted = folder / "prometheus"
        shutil.copytree(ROOT / "deployments/prometheus", mounted)
        shutil.rmtree(mounted / "targets")
        shutil.copytree(ROOT / "deployments/compose/targets", mounted / "targets")
        start("prometheus", shutil.which("prometheus"), f"--config.file={mounted}/prometheus.yml", f"--storage.tsdb.path={folder}/data")

        def healthy():
            checks = (service["healthcheck"]["test"][1:] for service in components.values())
            return [subprocess.run([program, *check[1:]], capture_output=True, env={}).returncode for check in checks]

        wait_for(lambda: not any(healthy()), "all components to be healthy", seconds=90)
        ask = lambda url: json.loads(get(url)[2])
        decisions = wait_for(lambda: ask("http://api:8080/api/v1/decisions?limit=1")["items"], "a decision", seconds=60)
        up = lambda: ask("http://prometheus:9090/api/v1/query?query=up==1")["data"]["result"]
        wait_for(lambda: len(up()) == len(components), "Prometheus to scrape all of them", seconds=60)
        targets = {one["metric"]["instance"]: one["metric"]["job"] for one in up()}

        # The market alone is started again, as its container would be: nothing names when it opened.
        (market,) = [process for process in running if process.args[1] == "market-data"]
        market.kill()
        market.wait(20)
        before = ask("http://orchestrator:8081/api/v1/status")
        started["market-data"]()
        wait_for(lambda: get("http://market-data:9201/health")[0] == 200, "the market to be back")
        assert call_tool(9201, "get_price", symbol="BTC-USD")["tick"] >= before["tick"], "it goes on"
        goes_on = lambda: ask("http://orchestrator:8081/api/v1/status")["tick"] > before["tick"] + 3
        wait_for(goes_on, "rounds to go on after a restart of the market", seconds=60)
        assert ask("http://orchestrator:8081/api/v1/status")["session_id"] == before["session_id"], "in the same session"
        print(json.dumps({"decisions": decisions, "targets": targets}))
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(20)


main(*sys.argv[1:])
