"""The queries of docs/QUERIES.md, as a real Prometheus answers them."""

import json

import pytest

from conftest import COMPONENTS, CRYPTOFUNK, ROOT, ToolError, call_tool, wait_for

RULES = ROOT / "deployments/prometheus/rules/cryptofunk.rules.yml"
CATALOG = json.loads((ROOT / "docs/catalog.json").read_text())
QUERIES = {query["title"]: query["expr"] for query in CATALOG["queries"]}


def job(component):
    kinds = {one["name"]: one["kind"] for one in CATALOG["components"]}
    return {"mcp_server": "mcp-servers", "agent": "agents", "service": component}[kinds[component]]


def test_an_error_share_of_five_percent_reads_0_05(serve, prometheus):
    server = "risk-analyzer"
    port = serve(CRYPTOFUNK, server)
    running = prometheus({"mcp-servers": [f"127.0.0.1:{port}"]}, RULES)
    calls = 'sum(cryptofunk_mcp_requests_total{method="tools/call"})'
    # All calls come after the first scrape.
    wait_for(lambda: running.query(calls) == [({}, 0.0)], "a scrape before the calls")
    for call in range(100):
        if call % 20 == 0:
            with pytest.raises(ToolError):
                call_tool(port, "kelly_criterion", win_probability=2, win_loss_ratio=2)
        else:
            call_tool(port, "kelly_criterion", win_probability=0.5, win_loss_ratio=2)
    wait_for(lambda: running.query(calls) == [({}, 100.0)], "a scrape after the calls")

    share = QUERIES["Share of requests that fail, by server: 0…1"]
    assert running.query(share) == [({"server": server}, pytest.approx(0.05, abs=1e-12))]
    # The guide's own form divides each failing series by itself.
    wrong = 'rate(cryptofunk_mcp_requests_total{status="error"}[5m]) / rate(cryptofunk_mcp_requests_total[5m]) > 0'
    assert [value for _, value in running.query(wrong)] == [1.0]
    kept = "server:cryptofunk_mcp_errors:ratio_rate5m"
    # What it recorded between the calls is another share.
    recorded = lambda: [value for _, value in running.query(kept)] == [pytest.approx(0.05, abs=1e-12)]
    wait_for(recorded, "the rule to record it")
    rules = running.json("/api/v1/rules")["data"]["groups"]
    # Budgets of a month are looked at every five minutes.
    assert {rule["health"] for group in rules if group["name"] != "cryptofunk_budgets" for rule in group["rules"]} == {"ok"}

    latency = QUERIES["95th percentile of the request latency in seconds, by server"]
    ((labels, seconds),) = running.query(latency)
    assert labels == {"server": server} and 0 < seconds <= 5


def test_every_query_of_the_documents_answers(system, prometheus):
    components = system("--seed", "1")
    jobs = {}
    for name in COMPONENTS:
        jobs.setdefault(job(name), []).append(f"127.0.0.1:{components.ports[name]}")
    running = prometheus(jobs, RULES)
    wait_for(lambda: running.query("count(up == 1)") == [({}, 13.0)], "all targets to be up")
    silent = dict(QUERIES)

    def all_answer():
        for title, expression in list(silent.items()):
            if any(value == value for _, value in running.query(expression)):
                del silent[title]
        return not silent

    try:
        wait_for(all_answer, "every query to answer", seconds=60)
    except AssertionError:
        raise AssertionError(f"no answer: {silent}") from None

    def value(title):
        ((_, value),) = running.query(QUERIES[title])
        return value

    assert value("Portfolio value in USD") > 50_000
    assert 0 <= value("Share of trades that won: 0…1") <= 1
    assert 0 <= value("Share of the database connections in use: 0…1") <= 1
    assert {labels["agent"] for labels, up in running.query(QUERIES["Health, by agent: 1 healthy, 0 not"]) if up} == {
        name for name in COMPONENTS if name.endswith("-agent")
    }
