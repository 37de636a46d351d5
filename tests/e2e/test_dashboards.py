"""The dashboards, as Grafana's own types read them."""

import json
import re

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from conftest import ROOT

register_default_plugins()
FILES = sorted(ROOT.glob("deployments/grafana/dashboards/*.json"))


def lost(given, decoded, path=""):
    """The paths of what was given and is not what Grafana's types have of it."""
    if isinstance(given, dict) and isinstance(decoded, dict):
        return [at for key, value in given.items() for at in lost(value, decoded.get(key, "lost"), f"{path}/{key}")]
    if isinstance(given, list) and isinstance(decoded, list) and len(given) == len(decoded):
        return [at for i, value in enumerate(given) for at in lost(value, decoded[i], f"{path}/{i}")]
    return [] if given == decoded or given is None and decoded == "lost" else [f"{path}: {given} became {decoded}"]


def mistakes(dashboard):
    found = lost(dashboard, json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(dashboard))))
    panels = dashboard["panels"]
    taken = {}
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            found.append(f"{panel['title']} is wider than the page")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), panel["title"])
                if other is not panel["title"]:
                    found.append(f"{panel['title']} overlaps {other}")
    ids = [panel["id"] for panel in panels]
    found += [f"two panels have the id {one}" for one in set(ids) if ids.count(one) > 1]
    declared = {variable["name"] for variable in dashboard["templating"]["list"]}
    # The first variable is the data source itself.
    sources = [("dashboard", dashboard["templating"]["list"][1:])]
    for panel in panels:
        if panel["type"] in ("row", "text"):
            continue
        sources.append((panel["title"], [panel, *panel["targets"]]))
        if not panel["targets"]:
            found.append(f"{panel['title']} asks for nothing")
    for name, parts in sources:
        for part in parts:
            if part.get("datasource") != {"type": "prometheus", "uid": "${datasource}"}:
                found.append(f"{name} has no data source")
            text = " ".join(json.dumps(part.get(key, "")) for key in ("datasource", "expr", "legendFormat"))
            for variable in re.findall(r"\$\{?(\w+)", text):
                if variable not in declared and not variable.startswith("__"):
                    found.append(f"{name} uses ${variable}, which is not declared")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_grafana_reads_all_of_it(file):
    dashboard = json.loads(file.read_text())
    assert mistakes(dashboard) == []
    assert dashboard["uid"] == file.stem


def test_mistakes_are_seen():
    def said(change):
        dashboard = json.loads((ROOT / "deployments/grafana/dashboards/cryptofunk-overview.json").read_text())
        panels = {panel["title"]: panel for panel in dashboard["panels"]}
        change(dashboard, panels)
        return "\n".join(mistakes(dashboard))

    assert "/fieldConfig/defaults/units: s became lost" in said(
        lambda _, panels: panels["In flight"]["fieldConfig"]["defaults"].update(units="s")
    )
    assert "overlaps" in said(lambda _, panels: panels["In flight"]["gridPos"].update(x=0))
    assert "$server, which is not declared" in said(lambda dashboard, _: dashboard["templating"]["list"].pop())
    assert "has no data source" in said(lambda _, panels: panels["Requests by server"]["targets"][0].pop("datasource"))
    assert "two panels have the id" in said(lambda _, panels: panels["Requests by server"].update(id=panels["In flight"]["id"]))


def test_links_lead_to_dashboards():
    titles = {json.loads(file.read_text())["uid"]: json.loads(file.read_text())["title"] for file in FILES}
    for file in FILES:
        links = json.loads(file.read_text())["links"]
        assert {link["url"].removeprefix("/d/"): link["title"] for link in links} == titles
    rules = "".join(file.read_text() for file in ROOT.glob("deployments/prometheus/rules/*.yml"))
    linked = re.findall(r"(?:dashboard|runbook): /d/(\S+)", rules)
    assert len(linked) == 2 * rules.count("- alert: ") and set(linked) <= set(titles)
