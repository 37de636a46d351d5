//! The last minutes of every family, for the plots of the page.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{MissedTickBehavior, interval};

use super::families::{Family, families};
use crate::exposition;

/// How often values are kept.
pub(super) const EVERY: Duration = Duration::from_secs(3);
/// How many of them: five minutes.
const KEPT: usize = 100;
/// Series of a gauge that are plotted; more would be a tangle.
const LINES: usize = 6;

/// A course of values, the newest last.
pub(super) type Course = VecDeque<f64>;

/// Values by family and line.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<BTreeMap<String, BTreeMap<String, Course>>>);

impl History {
    /// Keeps values from now on, until nobody has the history any more.
    pub(super) fn start() -> Arc<Self> {
        let history = Arc::new(History::default());
        let kept = Arc::downgrade(&history);
        tokio::spawn(async move {
            let mut ticks = interval(EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                match kept.upgrade() {
                    Some(history) => history.keep(&exposition::encode_text()),
                    None => return,
                }
            }
        });
        history
    }

    fn keep(&self, text: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for family in families(text) {
            let lines = kept.entry(family.name.to_owned()).or_default();
            let mut push = |line: &str, value: f64| {
                if lines.len() < LINES || lines.contains_key(line) {
                    let course = lines.entry(line.to_owned()).or_default();
                    if course.len() == KEPT {
                        course.pop_front();
                    }
                    course.push_back(value);
                }
            };
            if family.is_cumulative() {
                push("", family.total());
            } else {
                family.values().for_each(|(series, value)| push(series, value));
            }
        }
    }

    /// What is plotted of a family: the values of each series of a gauge; of everything else, how much it has grown a second.
    pub(super) fn lines(&self, family: Family<'_>) -> Vec<Course> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = kept.get(family.name).into_iter().flat_map(BTreeMap::values);
        if !family.is_cumulative() {
            return lines.cloned().collect();
        }
        let growth = |course: &Course| {
            let pairs = course.iter().zip(course.iter().skip(1));
            pairs.map(|(before, now)| (now - before).max(0.0) / EVERY.as_secs_f64()).collect()
        };
        lines.map(growth).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_plotted_by_their_growth_and_gauges_as_they_are() {
        let history = History::default();
        let text = |count: u32, value: f64| {
            format!(
                "# HELP c C.\n# TYPE c counter\nc{{x=\"1\"}} {count}\nc{{x=\"2\"}} 0\n# HELP g G.\n# TYPE g gauge\ng{{x=\"1\"}} {value}\ng{{x=\"2\"}} 0\n"
            )
        };
        for (count, value) in [(0, 1.0), (6, -2.0), (9, 0.5), (0, 0.5)] {
            history.keep(&text(count, value));
        }
        let text = text(0, 0.0);
        let all: Vec<Vec<Course>> = families(&text).map(|family| history.lines(family)).collect();
        // The process that counts is never older than its history, but a foreign collector may begin anew.
        assert_eq!(all[0], [VecDeque::from([2.0, 1.0, 0.0])]);
        assert_eq!(all[1], [VecDeque::from([1.0, -2.0, 0.5, 0.5]), VecDeque::from([0.0; 4])]);
    }

    #[test]
    fn old_values_and_too_many_series_are_left_out() {
        let history = History::default();
        let series: String = (0..20).map(|x| format!("g{{x=\"{x}\"}} 1\n")).collect();
        let text = format!("# HELP g G.\n# TYPE g gauge\n{series}");
        (0..KEPT + 10).for_each(|_| history.keep(&text));
        let lines = history.lines(families(&text).next().expect("a family"));
        assert_eq!((lines.len(), lines[0].len()), (LINES, KEPT));
    }
}
