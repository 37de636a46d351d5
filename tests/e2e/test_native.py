"""Native histograms: a real Prometheus reads them from the protobuf format, and its quantiles are right."""

import gzip
import json
import math

import pytest

from conftest import BIN, get, wait_for

DISTRIBUTIONS = str(BIN / "distributions")
COUNT = 20_000
QUANTILES = {
    "uniform": lambda q: 10 * q,
    "exponential": lambda q: -math.log(1 - q),
    "pareto": lambda q: (1 - q) ** -0.5,
    "symmetric": lambda q: 20 * q - 10,
}
SHARES = [0.05, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999]
BOUNDS = [0.001 * 2**i for i in range(24)]


def growth(schema):
    return 2 ** (2**-schema)


@pytest.fixture
def both(serve, prometheus):
    """A Prometheus that reads native histograms, and one that does not, on the same process."""
    port = serve(DISTRIBUTIONS)
    targets = {"distributions": [f"127.0.0.1:{port}"]}
    native, classic = prometheus(targets, flags=["--enable-feature=native-histograms"]), prometheus(targets)
    for running in (native, classic):
        wait_for(lambda: running.query("count_over_time(up[1m]) >= 2"), "two scrapes")
    return port, native, classic


def values(running, expression):
    return {labels["distribution"]: value for labels, value in running.query(expression)}


def quantiles(running, series):
    return {share: values(running, f"histogram_quantile({share}, {series})") for share in SHARES}


def bucket(value):
    """The bounds of the declared bucket that a value falls into."""
    return next((low, high) for low, high in zip([0, *BOUNDS], BOUNDS) if value <= high)


def test_quantiles_are_right_within_the_schema_and_the_buckets(both):
    _, native, classic = both
    # Between two values of the grid.
    slack = 1 + 2e-3
    fine = {"dist_both_seconds": 3, "dist_native_seconds": 6}
    for family, schema in fine.items():
        for share, found in quantiles(native, family).items():
            assert set(found) == set(QUANTILES)
            for distribution, value in found.items():
                true = QUANTILES[distribution](share)
                if true == 0:
                    continue
                # Both sides of it have more than the 160 buckets that are allowed by default.
                is_coarser = (family, distribution) == ("dist_both_seconds", "symmetric")
                factor = growth(schema - is_coarser)
                assert 1 / (factor * slack) <= value / true <= factor * slack, (family, distribution, share, value, true)
    of_classic = quantiles(classic, "dist_both_seconds_bucket")
    of_native = quantiles(native, "dist_both_seconds")
    for share in SHARES:
        for distribution in ("uniform", "exponential", "pareto"):
            # Both are in the bucket that has the true value, but for what the grid and the schema leave open.
            low, high = bucket(QUANTILES[distribution](share))
            assert low / slack <= of_classic[share][distribution] <= high * slack, (distribution, share)
            assert low / growth(3) <= of_native[share][distribution] <= high * growth(3), (distribution, share)


def test_counts_and_sums_are_the_same_however_they_are_read(both):
    _, native, classic = both
    for family in ("dist_both_seconds", "dist_native_seconds", "dist_few_seconds"):
        for distribution in QUANTILES:
            of = f'{family}{{distribution="{distribution}"}}'
            [(_, count)], [(_, total)] = native.query(f"histogram_count({of})"), native.query(f"histogram_sum({of})")
            name, labels = of.split("{")
            assert count == classic.query(f"{name}_count{{{labels}")[0][1] == COUNT
            assert total == pytest.approx(classic.query(f"{name}_sum{{{labels}")[0][1], rel=1e-12)
    # Below 0 is half of what is symmetric.
    [(_, share)] = native.query('histogram_fraction(-Inf, 0, dist_both_seconds{distribution="symmetric"})')
    assert share == pytest.approx(0.5, abs=1e-3)


def test_each_is_read_as_it_was_declared(both):
    _, native, classic = both
    assert [value for _, value in native.query("histogram_count(dist_empty_seconds)")] == [0]
    # A histogram that declares its buckets alone is the same in both formats.
    of = lambda running: {(labels["distribution"], labels["le"]): value for labels, value in running.query("dist_classic_seconds_bucket")}
    assert of(native) == of(classic) and len(of(native)) == 25 * len(QUANTILES)
    # What is native is so alone: nothing is stored twice.
    assert native.query("dist_both_seconds_bucket") == []
    assert [len(running.query('count({__name__=~"dist_few_seconds.*"})')) for running in (native, classic)] == [1, 1]
    # Other families, and those of the prometheus crate's registry, are there too.
    for running in (native, classic):
        assert running.query("process_cpu_seconds_total") and running.query("cryptofunk_component_healthy")


def test_prometheus_finds_nothing_to_complain_about(both):
    _, native, classic = both
    for running in (native, classic):
        assert [target["lastError"] for target in running.json("/api/v1/targets")["data"]["activeTargets"]] == [""]
        running.process.end()
        log = [json.loads(line) for line in running.process.output().splitlines() if line.startswith("{")]
        # It warns that the feature is experimental.
        loud = [line for line in log if line["level"] in ("warn", "error") and "SIGTERM" not in line["msg"] and "xperimental" not in line["msg"]]
        assert loud == []


ACCEPT = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;q=0.3"


def test_the_format_is_negotiated_and_compressed(serve):
    port = serve(DISTRIBUTIONS)
    url = f"http://127.0.0.1:{port}/metrics"
    status, headers, body = get(url, Accept=ACCEPT)
    assert status == 200 and headers["Content-Type"].startswith("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily")
    assert b"dist_both_seconds" in body and not body.startswith(b"#")
    status, headers, packed = get(url, Accept=ACCEPT, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and len(packed) < len(body) / 2
    assert b"dist_both_seconds" in gzip.decompress(packed)
    _, headers, body = get(url, Accept="text/plain")
    assert headers["Content-Type"].startswith("text/plain") and b"# TYPE dist_both_seconds histogram" in body
