"""docs/SCALING.md: its figures, counted again, and its configuration, with two Prometheus servers that send to a third."""

import json
import os
import re
import urllib.parse

import yaml

from conftest import COMPONENTS, CRYPTOFUNK, ROOT, ToolError, call_tool, free_port, get, wait_for

PAGE = ROOT / "docs/SCALING.md"
RULES = ROOT / "deployments/prometheus/rules/fleet.yml"
INTERVAL = 15
BYTES = 2


def between(mark, text):
    return re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", text, re.S)[1]


def replaced(mark, text, table):
    return re.sub(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: found[1] + table + found[2], text, flags=re.S)


def tables(series):
    """What stands between the marks."""
    total = sum(series.values())
    rows = "".join(f"| {name} | {count:,} |\n" for name, count in series.items())
    rows = "| component | series |\n|---|---:|\n" + rows + f"| all | {total:,} |\n"
    line = lambda what, how, unit, of: f"| {what} | {how} | {of(1):,.0f} {unit} | {of(100):,.0f} {unit} |\n"
    arithmetic = (
        "| | arithmetic | 1 replica | 100 replicas |\n|---|---|---:|---:|\n"
        + line("series", "n × all", "", lambda n: n * total)
        + line("samples a second", f"series ÷ {INTERVAL} s", "", lambda n: n * total / INTERVAL)
        + line("samples a day", "× 86,400 s", "million", lambda n: n * total / INTERVAL * 86_400 / 1e6)
        + line("disk a day", f"× {BYTES} bytes", "MB", lambda n: n * total / INTERVAL * 86_400 * BYTES / 1e6)
    ).replace("  |", " |")
    return rows, arithmetic


def test_the_page_has_the_series_that_are_exposed(system):
    running = system("--seed", "1")
    # Prices, books and trades of the first ticks are what the symbols add.
    wait_for(lambda: running.scrape("order-executor").of("cryptofunk_trades_total", status="filled") > 0, "a trade", seconds=120)
    series = {}
    for name in COMPONENTS:
        body = get(f"http://127.0.0.1:{running.ports[name]}/metrics")[2].decode()
        series[name] = sum(1 for line in body.splitlines() if line and not line.startswith("#"))
    text = PAGE.read_text()
    rows, arithmetic = tables(series)
    if os.environ.get("UPDATE"):
        text = replaced("arithmetic", replaced("series", text, rows), arithmetic)
        PAGE.write_text(text)
    written = {name: int(count.replace(",", "")) for name, count in re.findall(r"\| ([\w-]+) \| ([\d,]+) \|", between("series", text))}
    total = written.pop("all")
    assert set(written) == set(series) and sum(written.values()) == total
    for name, count in series.items():
        # Series of symbols come as they are traded, those of the runtime as it works.
        assert abs(count - written[name]) <= 0.05 * count, f"{name} exposes {count} series; UPDATE=1 writes the page anew"
    assert between("arithmetic", text) == tables(written)[1]


def test_a_fleet_is_seen_by_its_sums(start, serve, tmp_path):
    page = PAGE.read_text()
    fleet = f"127.0.0.1:{free_port()}"
    leaf_config = re.search(r"<!-- file: leaf.yml -->\n```yaml\n(.*?)```", page, re.S)[1]

    def prometheus(name, address, config, *options):
        folder = tmp_path / name
        (folder / "rules").mkdir(parents=True)
        # Nobody waits for minutes here.
        (folder / "rules/fleet.yml").write_text(RULES.read_text().replace("[5m]", "[10s]"))
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        process = start(
            "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address={address}", *options, cwd=folder,
        )

        def ready():
            assert process.popen.poll() is None, process.output()
            return get(f"http://{address}/-/ready")[0] == 200

        wait_for(ready, f"{name} to be ready")

    def query(address, expression):
        body = get(f"http://{address}/api/v1/query?query={urllib.parse.quote(expression)}")[2]
        return [(one["metric"], float(one["value"][1])) for one in json.loads(body)["data"]["result"]]

    prometheus("fleet", fleet, {"global": {"scrape_interval": "1s"}}, "--web.enable-remote-write-receiver")
    servers = {}
    leaves = {}
    for cluster, replicas in (("eu-1", 1), ("us-1", 3)):
        servers[cluster] = [serve(CRYPTOFUNK, "risk-analyzer") for _ in range(replicas)]
        config = yaml.safe_load(leaf_config)
        config["global"].update(scrape_interval="1s", evaluation_interval="1s", external_labels={"cluster": cluster})
        config["remote_write"][0]["url"] = f"http://{fleet}/api/v1/write"
        config["scrape_configs"] = [
            {"job_name": "mcp-servers", "static_configs": [{"targets": [f"127.0.0.1:{port}" for port in servers[cluster]]}]}
        ]
        leaves[cluster] = f"127.0.0.1:{free_port()}"
        prometheus(cluster, leaves[cluster], config)

    share = re.search(r"<!-- query: error-share -->\n```promql\n(.*?)```", page, re.S)[1]
    latency = re.search(r"<!-- query: latency -->\n```promql\n(.*?)```", page, re.S)[1]

    def seen():
        for ports in servers.values():
            for port in ports:
                # One call in two is refused.
                call_tool(port, "kelly_criterion", win_probability=0.5, win_loss_ratio=2)
                try:
                    call_tool(port, "kelly_criterion", win_probability=2, win_loss_ratio=2)
                except ToolError:
                    pass
        up = {labels["cluster"]: value for labels, value in query(fleet, "job:up:sum")}
        failing = query(fleet, share)
        slow = query(fleet, latency)
        return (
            up == {"eu-1": 1, "us-1": 3}
            and len(failing) == 1 and failing[0][0] == {"server": "risk-analyzer"} and abs(failing[0][1] - 0.5) < 0.1
            and len(slow) == 1 and 0 < slow[0][1] < 5
        )

    wait_for(seen, "the fleet's sums to arrive", seconds=60)

    # What is sent does not grow with the replicas, and is a small part of what is scraped.
    count = lambda address, selector: {
        labels.get("cluster"): value for labels, value in query(address, f"count by (cluster) ({selector})")
    }
    sent = count(fleet, '{__name__=~".+"}')
    assert sent["eu-1"] == sent["us-1"]
    scraped = {cluster: query(leaf, "sum(scrape_samples_scraped)")[0][1] for cluster, leaf in leaves.items()}
    assert scraped["us-1"] > 2.9 * scraped["eu-1"] and sent["us-1"] < 0.1 * scraped["us-1"]
    others = '{__name__=~".+", __name__!~"job(_[a-z_]+)?:.+"}'
    assert query(fleet, others) == []
