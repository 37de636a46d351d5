//! What `#[measured]` records of a call, however it ends.

use std::{
    error::Error,
    future::{Future, pending},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    time::Duration,
};

use cryptofunk_metrics::{
    Catalog,
    conventions::{
        function::{Function, Module},
        mcp::Status,
    },
    measured, metrics, promql,
    testing::value_of,
};

#[metrics(namespace = "measured", convention = "function")]
#[convention(buckets(function_duration_seconds = [0.01, 1.0]))]
mod families {}

#[metrics(namespace = "measured_partly", convention = "function")]
#[convention(without(function_duration_seconds, function_calls_in_flight))]
mod partly {}

const CATALOG: Catalog = Catalog::new(&[families::METRICS]);

/// Calls by result: success, error, cancelled; then the observed durations, and how many run.
fn calls(function: &'static str) -> ([u64; 3], u64, i64) {
    let (function, module) = (Function(function), Module(module_path!()));
    let by = |status| value_of(families::function_calls_total(function, module, status));
    (
        [by(Status::Success), by(Status::Error), by(Status::Cancelled)],
        value_of(families::function_duration_seconds(function, module)).count(),
        value_of(families::function_calls_in_flight(function, module)),
    )
}

type Alias<T> = Result<T, Box<dyn Error>>;

#[measured(families)]
fn plain(fail: bool) -> u8 {
    assert_eq!(calls("plain").2, 1, "it runs");
    assert!(!fail, "a panic");
    1
}

#[measured(families)]
fn fallible(n: i32) -> Result<i32, Box<dyn Error>> {
    if n == 0 {
        return Ok(0);
    }
    let n: u8 = n.try_into()?;
    assert!(n < 100, "a panic");
    Ok(n.into())
}

#[measured(families)]
fn aliased(fail: bool) -> Alias<()> {
    if fail { Err("as told".into()) } else { Ok(()) }
}

#[measured(families)]
fn optional(some: bool) -> Option<Result<u8, u8>> {
    some.then_some(Err(1))
}

#[measured(families)]
async fn asynchronous(how: &str) -> Result<u8, Box<dyn Error>> {
    match how {
        "return" => return Ok(1),
        "error" => Err("as told")?,
        "panic" => panic!("as told"),
        "pending" => pending().await,
        _ => {}
    }
    Ok(2)
}

#[measured(families)]
async fn unit(wait: bool) {
    if wait {
        pending().await
    }
}

#[measured(families)]
fn future(fail: bool) -> impl Future<Output = Result<u8, Box<dyn Error>>> {
    async move { if fail { Err("as told".into()) } else { Ok(1) } }
}

#[measured(families)]
fn boxed<'a>(fail: &'a bool) -> Pin<Box<dyn Future<Output = Alias<u8>> + 'a>> {
    Box::pin(async move { if *fail { Err("as told".into()) } else { Ok(1) } })
}

mod inner {
    use cryptofunk_metrics::measured;

    #[measured(super::families, name = "named")]
    pub(super) fn function() {}

    #[measured(super::partly)]
    pub(super) fn partly() -> Result<(), ()> {
        Err(())
    }
}

struct WhilePanicking;

impl WhilePanicking {
    #[measured(families)]
    fn dropped(&self) {}
}

impl Drop for WhilePanicking {
    fn drop(&mut self) {
        self.dropped();
    }
}

fn panics<T>(call: impl FnOnce() -> T) {
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
}

#[test]
fn a_return_is_a_success_and_a_panic_an_error() {
    assert_eq!(plain(false), 1);
    panics(|| plain(true));
    assert_eq!(calls("plain"), ([1, 1, 0], 2, 0));
}

#[test]
fn an_error_counts_wherever_it_is_returned() {
    assert_eq!(fallible(0).ok(), Some(0));
    assert_eq!(fallible(7).ok(), Some(7));
    assert!(fallible(-1).is_err() && fallible(300).is_err());
    panics(|| fallible(200));
    assert_eq!(calls("fallible"), ([2, 3, 0], 5, 0));
}

#[test]
fn a_result_is_known_by_its_type() {
    assert!(aliased(false).is_ok() && aliased(true).is_err());
    assert_eq!(calls("aliased"), ([1, 1, 0], 2, 0));
    assert!(optional(true).is_some() && optional(false).is_none());
    assert_eq!(calls("optional"), ([2, 0, 0], 2, 0), "an option is no result");
}

#[test]
fn a_call_in_the_drop_of_a_panic_is_no_error() {
    panics(|| {
        let _guard = WhilePanicking;
        panic!("elsewhere")
    });
    assert_eq!(calls("dropped"), ([1, 0, 0], 1, 0));
}

#[tokio::test]
async fn a_future_that_is_dropped_is_cancelled() {
    assert_eq!(asynchronous("return").await.ok(), Some(1));
    assert_eq!(asynchronous("").await.ok(), Some(2));
    assert!(asynchronous("error").await.is_err());
    assert!(tokio::spawn(async { asynchronous("panic").await.is_ok() }).await.is_err());
    drop(asynchronous("never polled"));
    assert_eq!(calls("asynchronous"), ([2, 2, 0], 4, 0));
    let late = tokio::time::timeout(Duration::from_millis(20), asynchronous("pending"));
    let (late, ()) = tokio::join!(late, async {
        tokio::task::yield_now().await;
        assert_eq!(calls("asynchronous").2, 1, "it runs");
    });
    assert!(late.is_err());
    assert_eq!(calls("asynchronous"), ([2, 2, 1], 5, 0));
    unit(false).await;
    assert!(tokio::time::timeout(Duration::from_millis(5), unit(true)).await.is_err());
    assert_eq!(calls("unit"), ([1, 0, 1], 2, 0));
}

#[tokio::test]
async fn functions_that_return_a_future_are_measured_while_it_runs() {
    assert!(future(true).await.is_err() && future(false).await.is_ok());
    assert!(boxed(&true).await.is_err() && boxed(&false).await.is_ok());
    drop(future(true));
    assert_eq!(calls("future"), ([1, 1, 0], 2, 0));
    assert_eq!(calls("boxed"), ([1, 1, 0], 2, 0));
}

#[test]
fn names_and_modules_are_labels() {
    inner::function();
    let module = Module(concat!(module_path!(), "::inner"));
    assert_eq!(value_of(families::function_calls_total(Function("named"), module, Status::Success)), 1);
    assert!(inner::partly().is_err());
    assert_eq!(value_of(partly::function_calls_total(Function("partly"), module, Status::Error)), 1);
    let _ = promql!(CATALOG, "sum by (function) (rate(measured_function_calls_total{result=\"error\"}[5m]))");
    let buckets = CATALOG.find("measured_function_duration_seconds").map(|family| family.buckets);
    assert_eq!(buckets, Some(&[0.01, 1.0][..]));
}
