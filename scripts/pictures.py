"""Draws the data of each dashboard of Grafana, panel by panel where Grafana has them, as its Prometheus answers."""

import json
import math
import pathlib
import re
import signal
import subprocess
import time
import urllib.parse
import urllib.request

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

ROOT = pathlib.Path(__file__).resolve().parents[1]
DASHBOARDS = sorted(ROOT.glob("deployments/grafana/dashboards/*.json"))
PICTURES = ROOT / "docs/pictures"
# As the dry run has it.
FACTOR = 30
# The most series that a legend names.
NAMED = 6
# Inches of a column and of a line of Grafana's grid.
COLUMN, LINE = 0.62, 0.42
COLOURS = {"green": "#299c46", "orange": "#ed8128", "red": "#d44a3a", "text": "#555555"}
plt.rcParams.update({"font.size": 7, "axes.titlesize": 8, "axes.spines.top": False, "axes.spines.right": False})


def shortened(query):
    def divide(match):
        seconds = int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]
        return f"[{seconds * 1000 // FACTOR}ms]"

    return re.sub(r"\[(\d+)([smh])\]", divide, query).replace("$__rate_interval", "10s")


def asked(query, dashboard):
    """The query with everything chosen."""
    query = shortened(query)
    for variable in dashboard["templating"]["list"]:
        query = query.replace("$" + variable["name"], ".*")
    return query


def answer(prometheus, query, start, end):
    arguments = urllib.parse.urlencode({"query": query, "start": start, "end": end, "step": 1})
    with urllib.request.urlopen(f"{prometheus}/api/v1/query_range?{arguments}", timeout=30) as response:
        return json.load(response)["data"]["result"]


def legend(text, labels):
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: labels.get(match[1], ""), text)


def shown(unit):
    def scaled(value, units, base):
        if not math.isfinite(value):
            return "–"
        power = 0
        while abs(value) >= base and power < len(units) - 1:
            value, power = value / base, power + 1
        return f"{value:.3g} {units[power]}".strip()

    def seconds(value):
        if not math.isfinite(value):
            return "–"
        return f"{value * 1000:.3g} ms" if abs(value) < 1 else f"{value:.3g} s" if value < 3600 else f"{value / 3600:.3g} h"

    return {
        "percentunit": lambda value: f"{value * 100:.3g} %",
        "s": seconds,
        "currencyUSD": lambda value: "$" + scaled(value, ["", "k", "M"], 1000).replace(" ", ""),
        "bytes": lambda value: scaled(value, ["B", "KiB", "MiB", "GiB"], 1024),
    }.get(unit, lambda value: scaled(value, ["", "k", "M"], 1000))


def draw(axes, panel, series, start, end):
    """The data of a panel."""
    defaults = panel["fieldConfig"]["defaults"]
    form = shown(defaults.get("unit"))
    axes.set_title(panel["title"], loc="left", fontweight="bold")
    if not series:
        axes.axis("off")
        axes.text(0.5, 0.5, "no data", ha="center", transform=axes.transAxes)
        return
    if panel["type"] == "stat":
        axes.axis("off")
        value = series[0][1][-1][1]
        colour = COLOURS["text"]
        for step in defaults.get("thresholds", {}).get("steps", []):
            if step["value"] is None or value >= step["value"]:
                colour = COLOURS.get(step["color"], COLOURS["text"])
        axes.text(0.5, 0.45, form(value), ha="center", va="center", fontsize=15, color=colour, transform=axes.transAxes)
        return
    axes.set_xlim(0, end - start)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} s"))
    series.sort(key=lambda one: one[0])
    if panel["type"] == "state-timeline":
        for row, (_, points) in enumerate(series):
            for at, value in points:
                colour = COLOURS["green"] if value >= 1 else COLOURS["red"]
                axes.barh(len(series) - 1 - row, 1, left=at - start, height=0.8, color=colour, linewidth=0)
        axes.set_yticks(range(len(series)), [name for name, _ in reversed(series)])
        return
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: form(value)))
    axes.grid(alpha=0.3, linewidth=0.5)
    if panel["fieldConfig"]["defaults"].get("custom", {}).get("stacking", {}).get("mode") == "normal":
        times = sorted({at for _, points in series for at, _ in points})
        rows = [[dict(points).get(at, 0) for at in times] for _, points in series]
        rows = [[0 if math.isnan(value) else value for value in row] for row in rows]
        axes.stackplot([at - start for at in times], rows, labels=[name for name, _ in series], alpha=0.7, linewidth=0)
    else:
        for name, points in series:
            axes.plot([at - start for at, _ in points], [value for _, value in points], label=name, linewidth=1)
    handles, names = axes.get_legend_handles_labels()
    if any(names):
        if len(names) > NAMED:
            handles, names = handles[:NAMED], names[: NAMED - 1] + [f"and {len(names) - NAMED + 1} more"]
        axes.legend(handles, names, loc="upper left", bbox_to_anchor=(0, -0.11), fontsize=5, frameon=False, ncols=3)


def picture(dashboard, prometheus, start, end, file):
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "text"]
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    figure = plt.figure(figsize=(24 * COLUMN, height * LINE))
    for panel in panels:
        place = panel["gridPos"]
        bottom = 1 - (place["y"] + place["h"]) / height
        if panel["type"] == "row":
            figure.text(0.005, bottom + 0.3 / height, panel["title"], fontsize=9, color=COLOURS["text"])
            continue
        # Room for the title above, the numbers of the axes or the names of a timeline, and the legend below.
        left = 3.0 if panel["type"] == "state-timeline" else 1.1
        below = 2.2 if panel["type"] == "timeseries" else 0.9
        box = [(place["x"] + left) / 24, bottom + below / height, (place["w"] - left - 0.4) / 24, (place["h"] - below - 0.9) / height]
        series = []
        for target in panel["targets"]:
            for one in answer(prometheus, asked(target["expr"], dashboard), start, end):
                points = [(at, float(value)) for at, value in one["values"]]
                series.append((legend(target.get("legendFormat", ""), one["metric"]), points))
        draw(figure.add_axes(box), panel, series, start, end)
    figure.savefig(file, dpi=80)
    plt.close(figure)
    print(f"drew {file.relative_to(ROOT)}")


def main():
    PICTURES.mkdir(exist_ok=True)
    start = time.time()
    run = subprocess.Popen([ROOT / "target/debug/cryptofunk", "dry-run", "--keep"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    prometheus = None
    try:
        for line in run.stderr:
            print(line, end="", flush=True)
            if line.startswith("Prometheus "):
                prometheus = line.split()[1]
            if line.startswith("Ctrl-C stops everything"):
                break
        end = time.time()
        for file in DASHBOARDS:
            dashboard = json.loads(file.read_text())
            if dashboard["uid"] != "cryptofunk-runbook":
                picture(dashboard, prometheus, int(start), int(end), PICTURES / f"{dashboard['uid']}.png")
    finally:
        run.send_signal(signal.SIGINT)
        run.wait()


main()
