"""What leaves a process by OTLP, read by OpenTelemetry's own decoder, directly and through a real collector."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys

import pytest
import rotel
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from conftest import BIN, ROOT, free_port, get, scrape, wait_for
from otlp import Collector, labels, number, points

DISTRIBUTIONS = str(BIN / "distributions")
WORKER = str(BIN / "examples" / "worker")


@pytest.fixture
def collector():
    running = Collector()
    yield running
    running.close()


def environment(port, **more):
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_METRIC_EXPORT_INTERVAL": "100", **more}


def check_distributions(metrics, port):
    """Compares what was exported with a scrape of the same process."""
    samples = scrape(port)
    assert metrics["dist_classic_seconds"].WhichOneof("data") == "histogram"
    assert metrics["dist_classic_seconds"].unit == "s" and metrics["dist_classic_seconds"].description
    for point in points(metrics["dist_classic_seconds"]):
        total = 0
        assert len(point.bucket_counts) == len(point.explicit_bounds) + 1
        for bound, count in zip([*point.explicit_bounds, float("inf")], point.bucket_counts):
            total += count
            matching = [value for (name, pairs), value in samples.items() if name == "dist_classic_seconds_bucket"
                        and set(labels(point).items()) <= set(pairs) and float(dict(pairs)["le"]) == bound]
            assert matching == [total]
        assert point.count == total == samples.of("dist_classic_seconds_count", **labels(point))
        assert 0 < point.start_time_unix_nano <= point.time_unix_nano
    for name in ("dist_both_seconds", "dist_native_seconds", "dist_few_seconds", "dist_empty_seconds"):
        metric = metrics[name]
        assert metric.WhichOneof("data") == "exponential_histogram"
        assert metric.exponential_histogram.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
        for point in points(metric):
            buckets = sum(point.positive.bucket_counts) + sum(point.negative.bucket_counts) + point.zero_count
            assert point.count == buckets == samples.of(f"{name}_count", **labels(point))
            if not point.negative.bucket_counts:
                assert point.sum == pytest.approx(samples.of(f"{name}_sum", **labels(point)))
            base = 2 ** (2**-point.scale)
            # The largest value is in the last bucket.
            if labels(point).get("distribution") == "uniform":
                last = point.positive.offset + len(point.positive.bucket_counts) - 1
                assert base**last < 9.99975 <= base ** (last + 1)
    assert metrics["process_start_time_seconds"].WhichOneof("data") == "gauge"
    families = {name for (name, _) in samples if not name.endswith(("_bucket", "_sum", "_count"))}
    assert families <= set(metrics)


def test_a_collector_gets_what_a_scrape_gets(serve, collector):
    more = {"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=te%20st", "OTEL_EXPORTER_OTLP_HEADERS": "x-team=a",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}
    port = serve(DISTRIBUTIONS, **environment(collector.port, **more))
    wait_for(lambda: collector.exports >= 2, "two exports")
    check_distributions(collector.metrics(), port)
    resource = collector.resource()
    assert resource["service.name"] == "distributions" and resource["deployment.environment.name"] == "te st"
    assert resource["service.instance.id"].startswith("distributions-")
    assert collector.headers[-1]["x-team"] == "a" and collector.headers[-1]["content-encoding"] == "gzip"


def test_a_receiver_of_explicit_buckets_gets_those_that_are_declared(serve, collector):
    port = serve(DISTRIBUTIONS, **environment(collector.port, OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION="explicit_bucket_histogram"))
    wait_for(lambda: collector.exports >= 2, "two exports")
    metrics, samples = collector.metrics(), scrape(port)
    assert metrics["dist_both_seconds"].WhichOneof("data") == "histogram"
    for point in points(metrics["dist_both_seconds"]):
        assert len(point.explicit_bounds) == 24 and point.count == sum(point.bucket_counts) == samples.of("dist_both_seconds_count", **labels(point))
    assert metrics["dist_native_seconds"].WhichOneof("data") == "exponential_histogram", "it declares no buckets"


def test_a_real_collector_takes_it_and_passes_it_on(start, serve, collector, tmp_path):
    agent = tmp_path / "rotel-agent"
    shutil.copy(pathlib.Path(rotel.__file__).parent / "rotel-agent", agent)
    os.chmod(agent, 0o755)
    http_port = free_port()
    process = start(
        str(agent), "start", "--pid-file", str(tmp_path / "pid"), "--log-file", str(tmp_path / "log"),
        "--otlp-http-endpoint", f"127.0.0.1:{http_port}", "--otlp-grpc-endpoint", f"127.0.0.1:{free_port()}",
        "--exporter", "otlp", "--otlp-exporter-protocol", "http", "--otlp-exporter-endpoint", f"http://127.0.0.1:{collector.port}",
    )
    port = serve(DISTRIBUTIONS, **environment(http_port, OTEL_SERVICE_NAME="through rotel"))

    def passed_on():
        assert process.popen.poll() is None, process.output()
        return collector.exports >= 2 and "dist_both_seconds" in collector.metrics()

    wait_for(passed_on, "exports through rotel", 60)
    check_distributions(collector.metrics(), port)
    assert collector.resource()["service.name"] == "through rotel"


def jobs(port):
    return scrape(port).of("worker_jobs_total")


def resident(process):
    pages = pathlib.Path(f"/proc/{process.popen.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_nothing_is_lost_and_nothing_grows_while_the_collector_is_away(start):
    """It refuses connections, then it accepts them and says nothing, then it is back."""
    away, port = free_port(), free_port()
    process = start(WORKER, METRICS_PORT=port, **environment(away, OTEL_METRIC_EXPORT_INTERVAL="5", OTEL_EXPORTER_OTLP_TIMEOUT="20"))
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "the first job")
    begun, memory = jobs(port), resident(process)
    # Hundreds of exports fail meanwhile.
    wait_for(lambda: jobs(port) >= begun + 40, "jobs while it refuses")
    with socket.create_server(("127.0.0.1", away)) as silent:
        silent.listen(128)
        silent.settimeout(10)
        held = [silent.accept()[0] for _ in range(20)]
        done = jobs(port)
        wait_for(lambda: jobs(port) >= done + 20, "jobs while it is silent")
        for connection in held:
            connection.close()
    assert resident(process) < memory + (8 << 20)
    before = jobs(port)
    collector = Collector(away)
    wait_for(lambda: collector.exports >= 1, "an export after its return")
    exported = number(points(collector.metrics()["worker_jobs_total"])[0])
    assert before <= exported <= jobs(port)
    # The last export has what was counted until the end.
    process.popen.terminate()
    process.popen.wait(20)
    last = number(points(collector.metrics()["worker_jobs_total"])[0])
    assert last >= exported
    collector.close()


def test_metrics_and_spans_while_the_collector_is_away_the_short_form():
    """The short form of `scripts/collector-away`."""
    command = [sys.executable, "-B", "-m", "collector_away", "--away", "4s", "--there", "3s", "--rate", "40", "--clients", "4", "--interval", "200"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "tests/e2e", timeout=300)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing that was counted is missing" in done.stdout and "| silent |" in done.stdout


def test_a_program_that_is_told_not_to_exports_nothing(serve, collector):
    serve(DISTRIBUTIONS, **environment(collector.port, OTEL_SDK_DISABLED="true"))
    serve(DISTRIBUTIONS, **environment(collector.port, OTEL_EXPORTER_OTLP_PROTOCOL="grpc"))
    running = serve(DISTRIBUTIONS, **environment(collector.port, OTEL_SERVICE_NAME="the third"))
    wait_for(lambda: collector.exports >= 3, "exports of the third")
    assert collector.resource()["service.name"] == "the third" and running
