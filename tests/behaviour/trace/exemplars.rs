//! Exemplars: what a sampled call records names its span.

use cryptofunk_metrics::{
    Exemplar, Label,
    exposition::{Format, encode},
    measured, metrics,
};
use serde_json::json;

use super::{
    everything::{Everything, call, connect},
    spans::Spans,
};

/// A cup.
#[derive(Label, Clone, Copy)]
#[label(open, limit = 10)]
struct Cup(&'static str);

#[metrics(namespace = "shop", convention = "function")]
mod families {
    /// Cups by kind.
    #[metric(removable)]
    pub fn cups_total(cup: Cup) -> Counter;
    /// Money that was taken.
    pub fn revenue_eur_total() -> FloatCounter;
    /// Time to brew.
    #[metric(buckets = [1.0, 10.0])]
    pub fn brewing_seconds() -> Histogram;
}

/// What OpenMetrics has behind the sample that begins like this.
#[track_caller]
fn exemplar(sample: &str) -> Option<String> {
    let text = encode(Format::OpenMetrics);
    let line = text.lines().find(|line| line.starts_with(sample)).unwrap_or_else(|| panic!("no `{sample}`: {text}"));
    Some(line.split_once(" # ")?.1.to_owned())
}

/// It names this span, has this value, and is of now.
#[track_caller]
fn names(exemplar: &str, trace: &str, span: &str) -> f64 {
    let labels = format!("{{trace_id=\"{trace}\",span_id=\"{span}\"}} ");
    let rest = exemplar.strip_prefix(&*labels).unwrap_or_else(|| panic!("{exemplar} is not of {labels}"));
    let (value, at) = rest.split_once(' ').expect("a value and a time");
    let at: f64 = at.parse().expect("seconds");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs_f64();
    assert!((now - 60.0..now + 1.0).contains(&at), "{exemplar}");
    value.parse().expect("a number")
}

#[tokio::test]
async fn a_sampled_call_is_the_exemplar_of_what_it_records() {
    let spans = Spans::collect();
    let client = connect(Everything::default()).await;
    call(&client, "mixed", json!({})).await;
    let span = spans.only("tools/call mixed");
    let labels = "{server=\"everything\",tool=\"mixed\"";
    let calls =
        exemplar(&format!("cryptofunk_mcp_tool_calls_total{labels},status=\"success\"}}")).expect("an exemplar");
    assert_eq!(names(&calls, &span.trace(), &span.id()), 1.0);
    let text = encode(Format::OpenMetrics);
    let buckets = format!("cryptofunk_mcp_tool_call_duration_seconds_bucket{labels}");
    let marked: Vec<&str> = text.lines().filter(|line| line.starts_with(&buckets) && line.contains(" # ")).collect();
    let [line] = &marked[..] else { panic!("one bucket has it: {marked:?}") };
    let (sample, exemplar) = line.split_once(" # ").expect("an exemplar");
    let bound = sample.split("le=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a bound");
    let seconds = names(exemplar, &span.trace(), &span.id());
    assert!(seconds > 0.0 && bound.parse::<f64>().is_ok_and(|bound| seconds <= bound), "{line}");
    let text = encode(Format::Text);
    assert!(!text.contains(" # "), "the classic format has none");
}

#[tokio::test]
async fn a_call_without_a_sampled_span_has_none() {
    let client = connect(Everything::default()).await;
    call(&client, "list", json!({})).await;
    let sample = "cryptofunk_mcp_tool_calls_total{server=\"everything\",tool=\"list\",status=\"success\"}";
    assert_eq!(exemplar(sample), None);
    let _spans = Spans::collect();
    super::call_with_meta(&client, "list", json!({"traceparent": format!("00-{}-{}-00", super::TRACE, super::PARENT)}))
        .await;
    assert_eq!(exemplar(sample), None);
}

#[measured(families)]
fn brew() -> Option<Exemplar> {
    Exemplar::current()
}

#[test]
fn measured_functions_name_the_span_that_is_current() {
    let spans = Spans::collect();
    assert_eq!(brew(), None);
    let sample = "shop_function_calls_total{function=\"brew\",module=\"trace::exemplars\",result=\"success\"}";
    assert_eq!(exemplar(sample), None);
    assert!(tracing::info_span!("morning").in_scope(brew).is_some());
    let span = spans.only("morning");
    assert_eq!(names(&exemplar(sample).expect("an exemplar"), &span.trace(), &span.id()), 1.0);
}

#[test]
fn values_of_ones_own_have_labels_of_ones_own() {
    let order = |number| Exemplar::new([("order", number)]);
    families::brewing_seconds().observe_with_exemplar(0.5, order("1"));
    families::brewing_seconds().observe_with_exemplar(0.75, order("2"));
    families::brewing_seconds().observe_with_exemplar(5.0, None);
    families::brewing_seconds().observe_with_exemplar(20.0, order("say \"3\"\n"));
    families::brewing_seconds().observe_with_exemplar(f64::NAN, order("4"));
    let bucket = |le| exemplar(&format!("shop_brewing_seconds_bucket{{le=\"{le}\"}}"));
    assert!(bucket("1.0").is_some_and(|newest| newest.starts_with("{order=\"2\"} 0.75 ")));
    assert_eq!(bucket("10.0"), None);
    assert!(bucket("+Inf").is_some_and(|newest| newest.starts_with("{order=\"say \\\"3\\\"\\n\"} 20 ")));
    families::revenue_eur_total().inc_by_with_exemplar(2.5, order("5"));
    families::revenue_eur_total().inc_by_with_exemplar(-1.0, order("6"));
    assert!(exemplar("shop_revenue_eur_total").is_some_and(|newest| newest.starts_with("{order=\"5\"} 2.5 ")));
}

#[test]
fn a_series_that_is_removed_takes_its_exemplar_along() {
    families::cups_total(Cup("mocha")).inc_by_with_exemplar(3, Exemplar::new([("order", "7")]));
    let sample = "shop_cups_total{cup=\"mocha\"}";
    assert!(exemplar(sample).is_some_and(|newest| newest.starts_with("{order=\"7\"} 3 ")));
    assert!(families::remove_cups_total(Cup("mocha")));
    families::cups_total(Cup("mocha")).inc();
    assert_eq!(exemplar(sample), None);
}
