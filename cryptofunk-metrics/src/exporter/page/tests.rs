use super::*;
use crate::{
    catalog,
    exporter::{health::Health, history::EVERY},
};
use cryptofunk_metrics_catalog::descriptor::{ComponentDescriptor, ComponentKind};

const SHOP: ComponentDescriptor = ComponentDescriptor::new("shop", ComponentKind::Service, 8099, "Sells <coffee>.");

/// The page of these families.
async fn page(text: &str, past: &Past, now: Instant, only: Option<&str>) -> Option<String> {
    let report = Health::new(SHOP, "1.2.3", catalog::FAMILIES.component).update().await;
    let page = Page { report: &report, exposition: text, past, conventions: &HashMap::new(), now };
    page.render(only).map(Document::into_html)
}

fn counter(series: impl Iterator<Item = (String, f64)>) -> String {
    let lines: String = series.map(|(label, value)| format!("orders_total{{shop=\"{label}\"}} {value}\n")).collect();
    format!("# HELP orders_total Orders.\n# TYPE orders_total counter\n{lines}")
}

#[tokio::test]
async fn a_counter_has_its_rate_and_its_total() {
    let text = |count: u32| counter([("a".to_owned(), f64::from(count)), ("b".to_owned(), 1_000.0)].into_iter());
    let (mut past, start) = (Past::default(), Instant::now());
    let html = page(&text(0), &past, start, None).await.expect("a page");
    assert!(
        html.contains("<b>–</b><small>rate</small>") && html.contains("<b>1,000</b><small>total</small>"),
        "{html}"
    );
    past.keep(&text(0), start);
    let html = page(&text(40), &past, start + Duration::from_secs(10), None).await.expect("a page");
    assert!(html.contains("title=\"over the last 10 s\"><b>4/s</b><small>rate</small>"), "{html}");
    assert!(
        html.contains(
            "<td class=l data-h=\"shop\">a</td><td class=br></td><td class=n data-h=\"rate\" title=\"\">4/s</td>"
        ),
        "{html}"
    );
    assert!(html.contains("<td class=n data-h=\"total\" title=\"40\">40</td>"), "{html}");
    assert!(html.contains("<small>version") || html.contains("version 1.2.3, up 0 s"), "{html}");
}

#[tokio::test]
async fn a_histogram_has_the_quantiles_of_its_buckets() {
    let text = "# HELP wait_seconds Waiting.\n# TYPE wait_seconds histogram\nwait_seconds_bucket{le=\"0.1\"} 50\n\
        wait_seconds_bucket{le=\"0.3\"} 98\nwait_seconds_bucket{le=\"+Inf\"} 100\nwait_seconds_sum 12\nwait_seconds_count 100\n";
    let html = page(text, &Past::default(), Instant::now(), None).await.expect("a page");
    for figure in
        ["<b>100 ms</b><small>p50</small>", "<b>288 ms</b><small>p95</small>", "<b>&gt; 300 ms</b><small>p99</small>"]
    {
        assert!(html.contains(figure), "{figure}: {html}");
    }
    assert!(html.contains("<td class=n data-h=\"mean\" title=\"sum 12\">120 ms</td>"), "{html}");
    assert!(html.contains("100 ms to 300 ms: 48 (48 %)"), "{html}");
}

#[tokio::test]
async fn gauges_have_their_value_or_their_range_in_their_unit() {
    let family = |name: &str, samples: &str| format!("# HELP {name} A gauge.\n# TYPE {name} gauge\n{samples}");
    let text = [
        family("process_start_time_seconds", "process_start_time_seconds 1795862253.7\n"),
        family("queue_bytes", "queue_bytes{q=\"a\"} 1500\nqueue_bytes{q=\"b\"} 2500000\n"),
        family("build_info", "build_info{component=\"shop\",version=\"1.2.3\"} 1\n"),
        family("nothing", ""),
    ]
    .concat();
    let html = page(&text, &Past::default(), Instant::now(), None).await.expect("a page");
    assert!(html.contains("<b>2026-11-28 10:37:33</b><small>UTC</small>"), "{html}");
    assert!(html.contains("<b>1.5 kB – 2.5 MB</b><small>2 label sets</small>"), "{html}");
    assert!(html.contains("<b>1.2.3</b><small>version</small>"), "{html}");
    assert!(html.contains("gauge without series so far"), "{html}");
}

#[tokio::test]
async fn labels_that_all_rows_share_stand_below_the_table() {
    let text = "# HELP c C.\n# TYPE c counter\nc{server=\"a\",tool=\"x\"} 1\nc{server=\"a\",tool=\"y\"} 0\n";
    let html = page(text, &Past::default(), Instant::now(), None).await.expect("a page");
    assert!(html.contains("<tr><th>tool</th>") && html.contains("counter, server=a, 2 label sets"), "{html}");
    assert!(html.contains("<tr class=\"zero\" data-labels=\"server=a tool=y\">"), "{html}");
    let one = text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>();
    let html = page(&one, &Past::default(), Instant::now(), None).await.expect("a page");
    assert!(html.contains("<tr><th>server</th><th>tool</th>"), "{html}");
}

#[tokio::test]
async fn what_comes_from_outside_is_text() {
    let hostile = r#"</td><script>alert(1)</script>\"'<img src=x onerror=alert(1)>"#;
    let text = format!("# HELP c </small><script>alert(2)</script>\n# TYPE c counter\nc{{x=\"{hostile}\"}} 1\n");
    let html = page(&text, &Past::default(), Instant::now(), None).await.expect("a page");
    assert_eq!(html.matches("<script>").count(), 1, "{html}");
    assert!(!html.contains("<img") && html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
    assert!(html.contains("Sells &lt;coffee&gt;."));
}

#[tokio::test]
async fn of_many_series_the_greatest_are_shown_and_all_on_demand() {
    let text = counter((0..10_000).map(|number| (format!("s{number:05}"), f64::from(number))));
    let past = Past::default();
    let rows = |html: &str| html.matches("data-labels=").count();
    let html = page(&text, &past, Instant::now(), None).await.expect("a page");
    assert_eq!(rows(&html), 50);
    assert!(html.contains("s09950") && html.contains("s09999") && !html.contains("s09949"));
    assert!(html.contains(
        "the 50 label sets with the greatest values of 10,000; <a href=\"?family=orders_total\">show all</a>"
    ));
    assert!(html.contains("<b>49.99 M</b>") || html.contains("<b>50 M</b>"), "the sum is that of all");
    let html = page(&text, &past, Instant::now(), Some("orders_total")).await.expect("a page");
    assert_eq!(rows(&html), 10_000);
    assert!(page(&text, &past, Instant::now(), Some("orders")).await.is_none());
}

#[tokio::test]
async fn a_page_of_many_families_is_bounded_too() {
    let text: String = (0..200)
        .map(|family| {
            counter((0..50).map(|number| (format!("s{number}"), 1.0))).replace("orders", &format!("orders{family}"))
        })
        .collect();
    let html = page(&text, &Past::default(), Instant::now(), None).await.expect("a page");
    assert_eq!(html.matches("data-labels=").count(), 20 * 50 + 180 * 5);
}

#[test]
fn a_family_is_asked_for_by_name() {
    assert_eq!(asked_for(Some("a=b&family=shop%3Aorders_total")).as_deref(), Some("shop:orders_total"));
    assert_eq!(asked_for(Some("a=b")), None);
    assert_eq!(asked_for(None), None);
}

#[test]
fn the_page_asks_again_as_often_as_values_are_kept() {
    assert!(include_str!("../html/script.js").contains(&format!("setTimeout(later, {})", EVERY.as_millis())));
}
