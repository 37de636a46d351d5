use cryptofunk_metrics_tools::docs::{Dashboard, Level, Panel, Row, Unit};

use super::line;

pub(super) const DASHBOARD: Dashboard = Dashboard {
    uid: "cryptofunk-system",
    title: "CryptoFunk: system",
    description: "What components stand on: database, cache, message bus, HTTP.",
    variables: &[],
    rows: &[
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
    ],
};
