"""A real Prometheus with the shipped configuration and rules, made faster as the dry run does it."""

import json
import re
import urllib.parse

from conftest import COMPONENTS, ROOT, free_port, get, wait_for

SHIPPED = ROOT / "deployments/prometheus"
# As in demo-servers/src/dry_run/shorten.rs: five minutes are ten seconds.
FACTOR = 30
SCRAPE = "2500ms"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def shorten(text):
    """Divides the durations of rules and of the configuration; components are scraped as often as they can be."""
    short = lambda number, unit: f"{int(number) * SECONDS[unit] * 1000 // FACTOR}ms"
    text = re.sub(r"(scrape_interval|scrape_timeout): \w+", rf"\1: {SCRAPE}", text)
    text = re.sub(r"((?:for|interval): )(\d+)([smhd])\b", lambda m: m[1] + short(m[2], m[3]), text)
    return re.sub(r"\[(\d+)([smhd])\]", lambda m: f"[{short(m[1], m[2])}]", text)


class Watch:
    """Prometheus, and what it has seen."""

    def __init__(self, start, folder, system):
        self.ports = system.ports
        here = folder / "prometheus"
        for part in ("rules", "targets"):
            (here / part).mkdir(parents=True)
        (here / "prometheus.yml").write_text(shorten((SHIPPED / "prometheus.yml").read_text()))
        for file in (SHIPPED / "rules").glob("*.yml"):
            (here / "rules" / file.name).write_text(shorten(file.read_text()))
        for file in (SHIPPED / "targets").glob("*.yml"):
            text = file.read_text()
            for name, port in COMPONENTS.items():
                text = text.replace(f"127.0.0.1:{port}\n", f"127.0.0.1:{self.ports[name]}\n")
            (here / "targets" / file.name).write_text(text)
        self.address = f"127.0.0.1:{free_port()}"
        self.process = start(
            "prometheus", f"--config.file={here}/prometheus.yml", f"--storage.tsdb.path={here}/data",
            f"--web.listen-address={self.address}", "--log.level=error",
        )
        wait_for(lambda: get(f"http://{self.address}/-/ready")[0] == 200, "Prometheus to be ready", seconds=60)

    def query(self, expression):
        """The labels and the value of each series."""
        status, _, body = get(f"http://{self.address}/api/v1/query?query={urllib.parse.quote(expression)}", timeout=5)
        answer = json.loads(body)
        assert status == 200 and not answer.get("warnings"), body
        return [(series["metric"], float(series["value"][1])) for series in answer["data"]["result"]]

    def scrapes_all(self):
        return len(self.query("up == 1")) == len(COMPONENTS)

    def fires(self, alert, **labels):
        """Whether an alert with these labels fires now."""
        matchers = "".join(f',{label}="{value}"' for label, value in labels.items())
        return bool(self.query(f'ALERTS{{alertname="{alert}",alertstate="firing"{matchers}}}'))

    def firing(self):
        """The names of the alerts that fire because something is wrong now."""
        return {labels["alertname"] for labels, _ in self.query('ALERTS{alertstate="firing",alertname=~".*Down|ComponentUnhealthy"}')}

    def instance(self, name):
        return f"127.0.0.1:{self.ports[name]}"
