//! What the page remembers: the last minutes of every family, for plots, rates and quantiles.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use foldhash::fast::RandomState;
use tokio::time::{MissedTickBehavior, interval};

use super::families::{Buckets, Family, families};
use crate::{exposition, task};

/// How often values are kept for plots.
pub(super) const EVERY: Duration = Duration::from_secs(3);
/// How many of them: five minutes.
const KEPT: usize = 100;
/// Series of a gauge that are plotted; more would be a tangle.
const LINES: usize = 6;
/// Every so many times, what rates and quantiles are calculated from is kept too.
const READ: usize = 5;
/// How many of those readings: five minutes, too.
const READINGS: usize = KEPT / READ + 1;
/// A shorter time says nothing about a rate.
const SHORTEST: Duration = Duration::from_millis(900);

/// A course of values, the newest last.
pub(super) type Course = VecDeque<f64>;

#[derive(Debug, Default)]
pub(super) struct History(Mutex<Past>);

/// The last five minutes.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// When values were kept, the newest last.
    times: VecDeque<Instant>,
    /// Values by family and line.
    courses: BTreeMap<String, BTreeMap<String, Course>>,
    /// The oldest first.
    readings: VecDeque<Reading>,
    ticks: usize,
    hasher: RandomState,
}

/// Everything that only goes up, at one time.
#[derive(Debug)]
struct Reading {
    at: Instant,
    /// Counts by the hash of their series; the last two readings have them.
    counts: HashMap<u64, f64, RandomState>,
    /// The buckets of each histogram, all its label sets together.
    buckets: BTreeMap<String, Buckets>,
}

impl History {
    /// Keeps values from now on, until nobody has the history any more.
    pub(super) fn start() -> Arc<Self> {
        let history = Arc::new(History::default());
        let kept = Arc::downgrade(&history);
        task::spawn(async move {
            let mut ticks = interval(EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let Some(history) = kept.upgrade() else { return };
                // Thousands of series take milliseconds, which requests need not wait for.
                let reading = move || history.past().keep(&exposition::encode_text(), Instant::now());
                if task::spawn_blocking(reading).await.is_err() {
                    return;
                }
            }
        });
        history
    }

    pub(super) fn past(&self) -> MutexGuard<'_, Past> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Past {
    pub(super) fn keep(&mut self, text: &str, at: Instant) {
        push(&mut self.times, at, KEPT);
        for family in families(text) {
            let lines = self.courses.entry(family.name.to_owned()).or_default();
            let mut keep = |line: &str, value: f64| {
                if let Some(course) = lines.get_mut(line) {
                    push(course, value, KEPT);
                } else if lines.len() < LINES {
                    lines.insert(line.to_owned(), Course::from([value]));
                }
            };
            if family.is_cumulative() {
                keep("", total(family));
            } else {
                family.values().for_each(|(series, value)| keep(series, value));
            }
        }
        if self.ticks.is_multiple_of(READ) {
            self.read(text, at);
        }
        self.ticks += 1;
    }

    fn read(&mut self, text: &str, at: Instant) {
        let mut reading = Reading { at, counts: HashMap::default(), buckets: BTreeMap::new() };
        for family in families(text).filter(|family| family.is_cumulative()) {
            reading.counts.extend(family.values().map(|(series, value)| (self.hasher.hash_one(series), value)));
            if family.is_histogram() {
                reading.buckets.insert(family.name.to_owned(), family.buckets());
            }
        }
        push(&mut self.readings, reading, READINGS);
        if let Some(third) = self.readings.len().checked_sub(3) {
            self.readings[third].counts = HashMap::default();
        }
    }

    /// What is plotted of a family: the values of each series of a gauge; of everything else, how much it has grown a second.
    pub(super) fn lines(&self, family: Family<'_>) -> Vec<Vec<f64>> {
        let lines = self.courses.get(family.name).into_iter().flat_map(BTreeMap::values);
        if !family.is_cumulative() {
            return lines.map(|course| course.iter().copied().collect()).collect();
        }
        let growth = |course: &Course| {
            let times = self.times.iter().skip(self.times.len() - course.len());
            let pairs = course.iter().zip(times.clone()).zip(course.iter().zip(times).skip(1));
            pairs.map(|((before, from), (now, to))| per_second(now - before, *to - *from)).collect()
        };
        lines.map(growth).collect()
    }

    /// How long ago the count was that rates are calculated from: 15 to 30 seconds, or less after the start.
    pub(super) fn rates_over(&self, now: Instant) -> Option<Duration> {
        let over = now.saturating_duration_since(self.counted()?.at);
        (over >= SHORTEST).then_some(over)
    }

    /// How much a series has grown a second. One that was not there has grown from 0.
    pub(super) fn rate(&self, series: &str, value: f64, now: Instant) -> Option<f64> {
        let before = self.counted()?.counts.get(&self.hasher.hash_one(series)).copied().unwrap_or(0.0);
        Some(per_second(value - before, self.rates_over(now)?))
    }

    /// The older of the readings that have counts.
    fn counted(&self) -> Option<&Reading> {
        self.readings.get(self.readings.len().saturating_sub(2))
    }

    /// What a histogram has observed in the last five minutes; all of it if the history is younger.
    pub(super) fn recent(&self, family: Family<'_>) -> Buckets {
        let mut buckets = family.buckets();
        let oldest = self.readings.front().filter(|_| self.readings.len() == READINGS);
        let before = oldest.and_then(|reading| reading.buckets.get(family.name)).map_or(&[][..], Vec::as_slice);
        for (bound, count) in before {
            if let Ok(at) = buckets.binary_search_by(|(other, _)| other.total_cmp(bound)) {
                buckets[at].1 = (buckets[at].1 - count).max(0.0);
            }
        }
        buckets
    }
}

/// The sum of a family's values.
pub(super) fn total(family: Family<'_>) -> f64 {
    family.values().map(|(_, value)| value).sum()
}

/// A collector that is not ours may begin anew.
fn per_second(growth: f64, over: Duration) -> f64 {
    growth.max(0.0) / over.as_secs_f64().max(f64::MIN_POSITIVE)
}

fn push<T>(kept: &mut VecDeque<T>, one: T, limit: usize) {
    if kept.len() == limit {
        kept.pop_front();
    }
    kept.push_back(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times at which values are kept.
    fn times() -> impl Iterator<Item = Instant> {
        let start = Instant::now();
        (0..).map(move |tick| start + EVERY * tick)
    }

    #[test]
    fn counters_are_plotted_by_their_growth_and_gauges_as_they_are() {
        let mut past = Past::default();
        let text = |count: u32, value: f64| {
            format!(
                "# HELP c C.\n# TYPE c counter\nc{{x=\"1\"}} {count}\nc{{x=\"2\"}} 0\n# HELP g G.\n# TYPE g gauge\ng{{x=\"1\"}} {value}\ng{{x=\"2\"}} 0\n"
            )
        };
        for ((count, value), at) in [(0, 1.0), (6, -2.0), (9, 0.5), (0, 0.5)].into_iter().zip(times()) {
            past.keep(&text(count, value), at);
        }
        let text = text(0, 0.0);
        let all: Vec<Vec<Vec<f64>>> = families(&text).map(|family| past.lines(family)).collect();
        // The process that counts is never older than its history, but a foreign collector may begin anew.
        assert_eq!(all[0], [[2.0, 1.0, 0.0]]);
        assert_eq!(all[1], [[1.0, -2.0, 0.5, 0.5], [0.0; 4]]);
    }

    #[test]
    fn a_family_that_comes_late_grows_by_its_own_times() {
        let mut past = Past::default();
        let mut times = times();
        let mut keep = |text: &str, at| past.keep(text, at);
        keep("", times.next().expect("a time"));
        let late = times.next().expect("a time");
        keep("# HELP c C.\n# TYPE c counter\nc 1\n", late);
        keep("# HELP c C.\n# TYPE c counter\nc 5\n", late + Duration::from_secs(2));
        let text = "# HELP c C.\n# TYPE c counter\nc 5\n";
        assert_eq!(past.lines(families(text).next().expect("a family")), [[2.0]]);
    }

    #[test]
    fn old_values_and_too_many_series_are_left_out() {
        let mut past = Past::default();
        let series: String = (0..20).map(|x| format!("g{{x=\"{x}\"}} 1\n")).collect();
        let text = format!("# HELP g G.\n# TYPE g gauge\n{series}");
        times().take(KEPT + 10).for_each(|at| past.keep(&text, at));
        let lines = past.lines(families(&text).next().expect("a family"));
        assert_eq!((lines.len(), lines[0].len()), (LINES, KEPT));
    }

    #[test]
    fn rates_are_over_the_reading_before_the_last() {
        let mut past = Past::default();
        let mut now = Instant::now();
        assert_eq!(past.rate("c", 5.0, now), None);
        for (tick, at) in times().take(13).enumerate() {
            past.keep(&format!("# HELP c C.\n# TYPE c counter\nc {}\n", 10 * tick), at);
            now = at;
            if tick == 0 {
                assert_eq!(past.rate("c", 5.0, now + SHORTEST / 2), None, "too short a time");
            }
        }
        // Readings were at 0, 15 and 30 seconds; it is 36 seconds now.
        assert_eq!(past.rates_over(now), Some(Duration::from_secs(21)));
        assert_eq!(past.rate("c", 50.0 + 42.0, now), Some(2.0));
        assert_eq!(past.rate("new", 21.0, now), Some(1.0), "a series that was not there began at 0");
        assert_eq!(past.rate("c", 0.0, now), Some(0.0), "begun anew");
        assert!(past.readings[0].counts.is_empty() && !past.readings[1].counts.is_empty());
    }

    #[test]
    fn quantiles_forget_what_is_older_than_five_minutes() {
        let text = |count: usize| {
            format!(
                "# HELP h H.\n# TYPE h histogram\nh_bucket{{le=\"1.0\"}} {count}\nh_bucket{{le=\"+Inf\"}} {count}\nh_sum 0\nh_count {count}\n"
            )
        };
        let mut past = Past::default();
        let recent = |past: &Past, count| past.recent(families(&text(count)).next().expect("a family"));
        for (tick, at) in times().take(2 * KEPT).enumerate() {
            past.keep(&text(tick), at);
            if tick == KEPT - 1 {
                assert_eq!(recent(&past, tick)[0], (1.0, (KEPT - 1) as f64), "all, since the start");
            }
        }
        // The oldest reading is that of tick 95.
        assert_eq!(recent(&past, 200), [(1.0, 105.0), (f64::INFINITY, 105.0)]);
        assert_eq!(past.readings.len(), READINGS);
    }
}
