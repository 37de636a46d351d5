"""Traces over all components, as a collector gets them, and exemplars, as a real Prometheus answers them."""

import asyncio
import contextlib
import urllib.error
import urllib.parse
import uuid

import pytest

from conftest import COMPONENTS, CRYPTOFUNK, OPENMETRICS, Prometheus, Stdio, call_tool, free_port, get, wait_for
from otlp import Collector

# Spans leave soon, so that nobody waits for them.
SOON = {"OTEL_BSP_SCHEDULE_DELAY": 200}


@pytest.fixture
def collector():
    running = Collector()
    yield running
    running.close()


def whole(spans):
    """Whether every span has its parent here, but one; answers that one."""
    ids = {span.id for span in spans}
    roots = [span for span in spans if span.parent not in ids]
    return roots[0] if len(roots) == 1 and not roots[0].parent else None


def test_an_order_is_one_trace_over_all_components_and_the_slowest_bucket_names_one(system, start, tmp_path, collector):
    running = system(MARKET_SEED=1, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, **SOON)
    targets = {name: {"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]} for name, port in running.ports.items()}
    prometheus = Prometheus(start, tmp_path, targets, flags=["--enable-feature=exemplar-storage"])

    def ordered():
        orders = {span.trace for span in list(collector.spans) if span.name == "tools/call place_market_order" and span.kind == "SERVER"}
        votes = [collector.trace(trace) for trace in orders]
        return next((vote for vote in votes if len({span.pid for span in vote}) > 10 and whole(vote)), None)

    vote = wait_for(ordered, "an order whose trace is whole", seconds=90)
    root, by_id = whole(vote), {span.id: span for span in vote}
    assert (root.service, root.name) == ("orchestrator", "vote")
    services = {span.service for span in vote}
    assert services <= COMPONENTS.keys() and services >= {
        "orchestrator", "market-data", "technical-indicators", "risk-analyzer", "order-executor", "technical-agent", "sentiment-agent", "risk-agent",
    }, services
    # A process is a service.
    assert len({(span.service, span.pid) for span in vote}) == len({span.pid for span in vote}) == len(services)
    pids = {running.pid(name) for name in services}
    assert {span.pid for span in vote} == pids

    order = next(span for span in vote if span.name == "tools/call place_market_order" and span.kind == "SERVER")
    uuid.UUID(order.attributes["mcp.session.id"])
    assert {k: v for k, v in order.attributes.items() if k not in ("mcp.session.id", "jsonrpc.request.id")} == {
        "mcp.method.name": "tools/call", "mcp.protocol.version": "2025-11-25",
        "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "place_market_order",
        "network.transport": "tcp", "network.protocol.name": "http", "network.protocol.version": "1.1",
    }
    # The order, seen by who sent it, and the price that the executor asks for within it.
    sent = by_id[order.parent]
    assert (sent.service, sent.kind, sent.name) == ("orchestrator", "CLIENT", order.name)
    assert sent.attributes["server.port"] == running.ports["order-executor"]
    below = [span for span in vote if span.parent == order.id]
    assert {(span.service, span.kind) for span in below} == {("order-executor", "CLIENT")}, below

    # An agent's opinion: heard over the bus, thought about, told over the bus.
    opinions = [span for span in vote if span.name == "invoke_agent technical-agent"]
    assert opinions and all(by_id[span.parent].name == "process control" for span in opinions)
    heard = {by_id[span.parent].service for span in vote if span.name == "process signals"}
    assert heard >= {"technical-agent", "sentiment-agent", "risk-agent"}, heard

    # What is slow names a trace that is here.
    query = urllib.parse.urlencode({"query": 'cryptofunk_mcp_tool_call_duration_seconds_bucket{server="market-data"}', "start": 0, "end": 4e9})

    def slowest():
        answer = prometheus.json(f"/api/v1/query_exemplars?{query}")["data"]
        found = [(float(series["seriesLabels"]["le"]), series["seriesLabels"]["tool"], one) for series in answer for one in series["exemplars"]]
        bucket, tool, exemplar = max(found, key=lambda one: one[0], default=(None, None, None))
        spans = exemplar and collector.trace(exemplar["labels"]["trace_id"])
        return spans and (bucket, tool, exemplar, spans)

    bucket, tool, exemplar, spans = wait_for(slowest, "an exemplar", seconds=60)
    (span,) = [span for span in spans if span.id == exemplar["labels"]["span_id"]]
    assert (span.service, span.name, span.kind) == ("market-data", f"tools/call {tool}", "SERVER")
    assert float(exemplar["value"]) <= bucket and abs(float(exemplar["value"]) - span.seconds) < 0.1
    assert not [line for line in running.up.output().splitlines() if "send traces" in line]


def test_an_empty_environment_sends_nothing_and_exposes_no_exemplar(serve, collector):
    port = serve(CRYPTOFUNK, "technical-indicators", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_SDK_DISABLED="true", **SOON)
    call_tool(port, "calculate_ema", prices=[1.0, 2.0, 3.0], period=2)
    _, _, body = get(f"http://127.0.0.1:{port}/metrics", Accept=OPENMETRICS)
    assert b" # {" not in body and not collector.spans


def test_over_standard_input_and_output_only_mcp_is_printed_and_the_last_spans_are_sent(collector, monkeypatch):
    for name, value in {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/v1/traces", "OTEL_SERVICE_NAME": "prices",
                        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test", "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20secret",
                        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip", "OTEL_BSP_SCHEDULE_DELAY": "600000"}.items():
        monkeypatch.setenv(name, value)

    async def call():
        async with Stdio(CRYPTOFUNK, "technical-indicators", "--stdio") as session:
            return await session.call_tool("calculate_ema", {"prices": [1.0, 2.0, 3.0], "period": 2})

    assert not asyncio.run(call()).is_error
    # The process sends them at its end.
    span = wait_for(lambda: next((span for span in collector.spans if span.name == "tools/call calculate_ema"), None), "the span")
    assert span.attributes["network.transport"] == "pipe"
    assert (span.service, span.resource["deployment.environment.name"]) == ("prices", "test")
    assert {headers["authorization"] for headers in collector.headers} == {"Bearer secret"}


def test_a_collector_that_refuses_is_told_once_and_holds_nobody_up(start, collector):
    collector.status = 400
    port = free_port()
    process = start(CRYPTOFUNK, "technical-indicators", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, METRICS_PORT=port, **SOON)

    def calls():
        with contextlib.suppress(urllib.error.URLError):
            return call_tool(port, "calculate_ema", prices=[1.0, 2.0, 3.0], period=2)

    told = f"cannot send traces to {collector.url}: "
    wait_for(lambda: calls() and told in process.output(), "the failure to be told")
    wait_for(lambda: calls() and collector.refused > 3, "more of them")
    assert process.output().count("cannot send traces") == 1, process.output()
    collector.status = 200
    wait_for(lambda: calls() and collector.spans, "spans")
    # The collector has them before it has answered.
    again = f"traces are sent to {collector.url} again"
    wait_for(lambda: again in process.output(), "that to be told")
    assert process.output().count(again) == 1, process.output()


@pytest.mark.parametrize("variable, value", [("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_TRACES_SAMPLER", "sometimes")])
def test_a_setting_that_cannot_be_meant_is_an_error_at_the_start(start, collector, variable, value):
    process = start(CRYPTOFUNK, "technical-indicators", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, METRICS_PORT=0, **{variable: value})
    process.popen.wait(20)
    assert process.popen.returncode == 1
    assert process.output().startswith(f"error: {variable} is `{value}`, but should be "), process.output()
