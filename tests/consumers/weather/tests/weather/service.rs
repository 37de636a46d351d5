//! The service: two databases, its own families of HTTP, and a label whose budget is used up.

use crate::process::Process;

#[tokio::test]
async fn two_databases_are_told_apart() {
    let service = Process::start(&["service"]);
    // The connection that the pool has opened comes back on a task of its own. The one that the health check uses at each scrape is not
    // in use as far as metrics are concerned.
    let idle = |pool| [("pool", pool)];
    let metrics = service
        .metrics_when(|metrics| metrics.value("weather_database_connections_idle", &idle("stations")) == Some(1.0))
        .await;
    for (family, stations, readings) in [
        ("weather_database_connections_active", 0.0, 1.0),
        ("weather_database_connections_idle", 1.0, 0.0),
        ("weather_database_connections_max", 4.0, 2.0),
    ] {
        let value = |pool| metrics.value(family, &[("pool", pool)]);
        assert_eq!((value("stations"), value("readings")), (Some(stations), Some(readings)), "{family}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_by_an_outcome_of_its_own() {
    let service = Process::start(&["service"]);
    let idle = service.metrics().await;
    for route in ["/stations/{city}", "unmatched"] {
        for outcome in ["answered", "refused", "failed"] {
            let labels = [("method", "GET"), ("route", route), ("outcome", outcome)];
            for series in ["weather_http_requests_total", "weather_http_request_duration_seconds_count"] {
                assert_eq!(idle.value(series, &labels), Some(0.0), "{series} {labels:?}");
            }
        }
    }
    for (path, status) in
        [("/stations/Bergen", 200), ("/stations/Bergen", 200), ("/stations/Atlantis", 404), ("/stations/Delphi", 500)]
    {
        assert_eq!(get(&service, path).await, status, "{path}");
    }
    let metrics = service.metrics().await;
    let route = [("method", "GET"), ("route", "/stations/{city}")];
    let expected = [(["answered"], 2), (["refused"], 1), (["failed"], 1)];
    metrics.assert_series("weather_http_requests_total", &route, ["outcome"], &expected);
    metrics.assert_series("weather_http_request_duration_seconds_count", &route, ["outcome"], &expected);
}

#[tokio::test]
async fn values_past_the_budget_are_other_and_are_counted() {
    let service = Process::start(&["service"]);
    for city in ["Bergen", "Lisbon", "Cairo", "Lima", "Oslo", "Bergen", "Lima"] {
        assert_eq!(get(&service, &format!("/stations/{city}")).await, 200);
    }
    let metrics = service.metrics().await;
    metrics.assert_series(
        "weather_lookups_total",
        &[],
        ["city"],
        &[(["Bergen"], 2), (["Lisbon"], 1), (["Cairo"], 1), (["other"], 3)],
    );
    let overflow = [("metric", "weather_lookups_total"), ("label", "city")];
    assert_eq!(metrics.value("weather_metrics_label_overflow_total", &overflow), Some(3.0));
    assert!(!metrics.text.contains("Lima") && !metrics.text.contains("Oslo"));
}

async fn get(service: &Process, path: &str) -> u16 {
    reqwest::get(format!("{}{path}", service.url)).await.expect("an answer").status().as_u16()
}
