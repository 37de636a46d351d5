//! What `testing` tells of a test's own records, while other tests of the process run.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
};

use cryptofunk_metrics::{
    Label, metrics,
    testing::{Increasing, Recording, value_of},
};

#[path = "testing/call.rs"]
mod call;
#[allow(dead_code, reason = "other tests use the rest")]
mod everything;

/// The test that a series is for.
#[derive(Label, Clone, Copy)]
#[label(fixed)]
struct Test(&'static str);

#[metrics(namespace = "testing")]
mod m {
    use super::Test;

    /// Of one test.
    pub fn records_total(test: Test) -> Counter;
    /// Of one test.
    #[metric(buckets = [1.0, 10.0])]
    pub fn sizes_bytes(test: Test) -> Histogram;
    /// Of one test.
    pub fn level_ratio(test: Test) -> Gauge;
    /// Of one test.
    pub fn guests(test: Test) -> IntGauge;
}

/// What the recording says when it refuses to answer.
fn refusal<S: Increasing>(recording: &Recording, series: S) -> String {
    match catch_unwind(AssertUnwindSafe(|| recording.increase_of(series))) {
        Ok(_) => panic!("the recording answers"),
        Err(payload) => payload.downcast_ref::<&str>().expect("a text").to_string(),
    }
}

fn on_a_thread(work: impl FnOnce() + Send) {
    thread::scope(|scope| scope.spawn(work).join().expect("no panic"));
}

fn on_a_thread_named(name: &str, work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().name(name.to_owned()).spawn(work).expect("a thread").join().expect("no panic");
}

#[test]
fn a_recording_of_a_thread_hears_that_thread_alone() {
    let series = m::records_total(Test("thread"));
    series.inc();
    let recording = Recording::start();
    on_a_thread(|| series.inc_by(10));
    series.inc_by(2);
    assert_eq!(recording.increase_of(series), 2);
    assert_eq!(value_of(series), 13);
    // Wherever it is asked.
    on_a_thread(|| assert_eq!(recording.increase_of(series), 2));
}

#[test]
fn a_recording_that_missed_another_thread_says_so() {
    let (counter, histogram) = (m::records_total(Test("missed")), m::sizes_bytes(Test("missed")));
    // A thread that was there before the recording is no other than one that came later.
    let (sender, orders) = mpsc::channel::<()>();
    let (done, answers) = mpsc::channel();
    thread::spawn(move || {
        counter.inc();
        for () in orders {
            counter.inc();
            done.send(()).expect("the test waits");
        }
    });
    let (recording, everywhere) = (Recording::start(), Recording::everywhere());
    assert_eq!(recording.increase_of(m::records_total(Test("nothing happened"))), 0);
    sender.send(()).expect("the thread waits");
    answers.recv().expect("the thread lives");
    on_a_thread(|| histogram.observe(5.0));
    for text in [refusal(&recording, counter), refusal(&recording, histogram)] {
        assert!(text.contains("another thread raised it") && text.contains("`Recording::everywhere()`"), "{text}");
    }
    assert_eq!(everywhere.increase_of(histogram).buckets, [0, 1, 0]);
    assert!((1..=2).contains(&everywhere.increase_of(counter)), "the first one may have come before the start");
}

#[test]
fn threads_of_other_tests_are_left_alone() {
    let series = m::records_total(Test("others"));
    let recording = Recording::start();
    on_a_thread(|| {
        let other = Recording::start();
        series.inc();
        assert_eq!(other.increase_of(series), 1);
    });
    on_a_thread_named("orders::tests::an_order_is_placed", move || series.inc());
    on_a_thread(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
        runtime.block_on(async move { tokio::spawn(async move { series.inc() }).await.expect("no panic") });
    });
    assert_eq!((recording.increase_of(series), value_of(series)), (0, 3));
    on_a_thread_named("db-writer", move || series.inc());
    assert!(refusal(&recording, series).contains("`Recording::everywhere()`"));
}

#[test]
fn a_recording_of_everything_hears_every_thread() {
    let (counter, histogram) = (m::records_total(Test("everywhere")), m::sizes_bytes(Test("everywhere")));
    on_a_thread(|| counter.inc_by(100));
    let recording = Recording::everywhere();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| counter.inc()));
        }
        histogram.observe(0.5);
        scope.spawn(|| histogram.observe(50.0));
    });
    counter.inc();
    assert_eq!(recording.increase_of(counter), 4001);
    let sizes = recording.increase_of(histogram);
    assert_eq!((sizes.buckets, sizes.sum), (vec![1, 0, 1], 50.5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_recording_of_a_runtime_hears_its_tasks_and_no_other_runtime() {
    let (counter, histogram) = (m::records_total(Test("runtime")), m::sizes_bytes(Test("runtime")));
    tokio::spawn(async move { counter.inc_by(100) }).await.expect("no panic");
    let (thread, recording) = (Recording::start(), Recording::of_runtime());
    for _ in 0..50 {
        tokio::spawn(async move { counter.inc() }).await.expect("no panic");
        tokio::task::spawn_blocking(move || counter.inc()).await.expect("no panic");
    }
    tokio::spawn(async move { histogram.observe(2.0) }).await.expect("no panic");
    for text in [refusal(&thread, counter), refusal(&thread, histogram)] {
        assert!(text.contains("`Recording::of_runtime()`"), "{text}");
    }
    counter.inc();
    let other_test = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
        runtime.block_on(async move { tokio::spawn(async move { counter.inc_by(1000) }).await.expect("no panic") });
    });
    other_test.join().expect("no panic");
    assert_eq!(recording.increase_of(counter), 101);
    assert_eq!(recording.increase_of(histogram).buckets, [0, 1, 0]);
    assert_eq!(thread.increase_of(counter), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_of_a_runtime_that_missed_a_thread_says_so() {
    let series = m::records_total(Test("beside the runtime"));
    let recording = Recording::of_runtime();
    on_a_thread(|| series.inc());
    assert!(refusal(&recording, series).contains("`Recording::everywhere()`"));
}

#[tokio::test]
async fn blocking_tasks_of_a_test_on_one_thread_are_not_lost() {
    let series = m::records_total(Test("blocking"));
    let (thread, runtime) = (Recording::start(), Recording::of_runtime());
    tokio::task::spawn_blocking(move || series.inc()).await.expect("no panic");
    assert!(refusal(&thread, series).contains("`Recording::of_runtime()`"));
    assert_eq!(runtime.increase_of(series), 1);
}

#[test]
#[should_panic = "needs a tokio runtime"]
fn there_is_no_recording_of_a_runtime_outside_of_one() {
    let _recording = Recording::of_runtime();
}

#[test]
fn gauges_change_by_any_thread() {
    let (level, guests) = (m::level_ratio(Test("gauges")), m::guests(Test("gauges")));
    level.set(0.75);
    guests.set(7);
    let recording = Recording::start();
    assert_eq!((recording.change_of(level), recording.change_of(guests)), (0.0, 0));
    level.set(0.25);
    on_a_thread(|| guests.add(-9));
    assert_eq!((recording.start_value_of(level), recording.start_value_of(guests)), (0.75, 7));
    assert_eq!((recording.change_of(level), recording.change_of(guests)), (-0.5, -9));
    assert_eq!((value_of(level), value_of(guests)), (0.25, -2));
    // One that did not exist yet.
    m::guests(Test("later")).set(3);
    assert_eq!(recording.start_value_of(m::guests(Test("later"))), 0);
    assert_eq!(recording.change_of(m::guests(Test("later"))), 3);
}
