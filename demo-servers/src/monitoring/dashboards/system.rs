use cryptofunk_metrics::promql;
use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit, Variable};

use super::line;
use crate::monitoring::RECORDED;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-system",
    title: "CryptoFunk: system",
    description: "Processes, and what they stand on: database, cache, message bus, HTTP.",
    variables: &[Variable {
        name: "component",
        title: "Component",
        series: promql!(RECORDED, "cryptofunk_component_healthy"),
    }],
    rows: &[
        Row {
            title: "Components",
            panels: &[
                Panel::timeline("Targets", &[line!("{{job}} {{instance}}", "up")])
                    .about("Whether Prometheus could scrape them.")
                    .states(("down", Level::Bad), ("up", Level::Good)),
                Panel::timeline(
                    "Health",
                    &[line!("{{component}}", r#"cryptofunk_component_healthy{component=~"$component"}"#)],
                )
                .states(("unhealthy", Level::Bad), ("healthy", Level::Good)),
                Panel::lines(
                    "Time since the start",
                    Unit::Seconds,
                    &[line!("{{component}}", r#"cryptofunk_component_uptime_seconds{component=~"$component"}"#)],
                )
                .about("A line that falls is a restart."),
            ],
        },
        Row {
            title: "Processes",
            panels: &[
                Panel::lines(
                    "Processor",
                    Unit::Ratio,
                    &[line!(
                        "{{component}}",
                        r#"rate(process_cpu_seconds_total[$__rate_interval])
                          * on (job, instance) group_left (component) cryptofunk_build_info{component=~"$component"}"#
                    )],
                )
                .about("100 % is one core."),
                Panel::lines(
                    "Memory",
                    Unit::Bytes,
                    &[line!(
                        "{{component}}",
                        r#"process_resident_memory_bytes
                          * on (job, instance) group_left (component) cryptofunk_build_info{component=~"$component"}"#
                    )],
                ),
                Panel::lines(
                    "Open files",
                    Unit::Number,
                    &[line!(
                        "{{component}}",
                        r#"process_open_fds
                          * on (job, instance) group_left (component) cryptofunk_build_info{component=~"$component"}"#
                    )],
                ),
            ],
        },
        Row {
            title: "Database and cache",
            panels: &[
                Panel::lines(
                    "Connections to the database",
                    Unit::Number,
                    &[
                        line!("{{instance}} in use", "cryptofunk_database_connections_active"),
                        line!("{{instance}} idle", "cryptofunk_database_connections_idle"),
                        line!("{{instance}} at most", "cryptofunk_database_connections_max"),
                    ],
                ),
                Panel::lines(
                    "Share of the database connections in use",
                    Unit::Ratio,
                    &[line!(
                        "{{instance}}",
                        "cryptofunk_database_connections_active / cryptofunk_database_connections_max"
                    )],
                )
                .about("At 100 %, calls wait: DatabasePoolExhausted.")
                .levels(Level::Good, &[(0.8, Level::Warning), (1.0, Level::Bad)]),
                Panel::lines(
                    "Connections to Redis",
                    Unit::Number,
                    &[line!("{{instance}}", "cryptofunk_redis_connections_active")],
                ),
            ],
        },
        Row {
            title: "Message bus and HTTP",
            panels: &[
                Panel::lines(
                    "Messages published",
                    Unit::PerSecond,
                    &[line!("{{subject}}", "rate(cryptofunk_nats_messages_published_total[$__rate_interval])")],
                ),
                Panel::lines(
                    "Messages received",
                    Unit::PerSecond,
                    &[line!("{{subject}}", "rate(cryptofunk_nats_messages_received_total[$__rate_interval])")],
                ),
                Panel::stacked(
                    "HTTP requests",
                    Unit::PerSecond,
                    &[line!(
                        "{{route}} {{status}}",
                        "sum by (route, status) (rate(cryptofunk_http_requests_total[$__rate_interval]))"
                    )],
                ),
                Panel::lines(
                    "Share of HTTP requests that fail",
                    Unit::Ratio,
                    &[line!("{{job}}", "job:cryptofunk_http_errors:ratio_rate5m")],
                )
                .about("Answers of the class 5xx."),
                Panel::lines(
                    "95th percentile of the latency of HTTP requests",
                    Unit::Seconds,
                    &[line!("{{route}}", "route:cryptofunk_http_request_duration_seconds:p95_rate5m")],
                ),
            ],
        },
        Row {
            title: "Metrics",
            panels: &[
                Panel::lines(
                    "Time of a scrape",
                    Unit::Seconds,
                    &[line!("{{job}} {{instance}}", "scrape_duration_seconds")],
                ),
                Panel::lines(
                    "Samples of a scrape",
                    Unit::Number,
                    &[line!("{{job}} {{instance}}", "scrape_samples_scraped")],
                ),
                Panel::lines(
                    "Values recorded as other, an hour",
                    Unit::Number,
                    &[line!("{{metric}} {{label}}", "increase(cryptofunk_metrics_label_overflow_total[1h])")],
                )
                .about("A label has more values than its budget: LabelOverflow."),
            ],
        },
    ],
};
