//! How each component is: its metrics, and what they have grown by since the last looks.

use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    time::{Duration, Instant},
};

use cryptofunk_metrics::descriptor::ComponentDescriptor;
use futures_util::future::join_all;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{
    scrape::{Samples, Work},
    settings::{self, WrongSetting},
};

/// How long a component may take to say what is wrong with it.
const PATIENCE: Duration = Duration::from_secs(3);
/// Who looks again within this time sees what was seen: components are scraped once a second, however many people look.
const FRESH: Duration = Duration::from_secs(1);
/// Rates are over the looks of this time, or since the last one.
const WINDOW: Duration = Duration::from_secs(30);
/// A look that is older says nothing about now.
const STALE: Duration = Duration::from_secs(120);

/// The components, and what was seen of them.
#[derive(Debug)]
pub(super) struct Components {
    all: Vec<Place>,
    token_file: Option<PathBuf>,
    client: reqwest::Client,
    looks: Mutex<Looks>,
}

/// A component, and where it answers.
#[derive(Debug)]
struct Place {
    component: ComponentDescriptor,
    url: String,
}

#[derive(Debug, Default)]
struct Looks {
    /// The last one.
    seen: Vec<Seen>,
    /// What each component had done, the oldest first.
    before: VecDeque<(Instant, Vec<Option<Done>>)>,
}

/// What a component has done since its start.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Done {
    work: f64,
    errors: f64,
}

/// A component, as it was seen.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) component: ComponentDescriptor,
    /// The port of its page.
    pub(super) port: Option<u16>,
    /// Nothing if it does not answer.
    pub(super) state: Option<State>,
}

/// How a component that answers is.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The checks that fail, and why.
    pub(super) failed: Vec<(String, String)>,
    pub(super) is_healthy: bool,
    pub(super) samples: Samples,
    pub(super) rate: Option<f64>,
    pub(super) errors: f64,
    /// Those since the look that the rate goes back to.
    pub(super) new_errors: f64,
}

/// What `/health` answers.
#[derive(Debug, Deserialize)]
struct Health {
    checks: BTreeMap<String, Check>,
}

#[derive(Debug, Deserialize)]
struct Check {
    error: Option<String>,
}

impl Components {
    pub(super) fn new(
        all: &'static [ComponentDescriptor],
        token_file: Option<PathBuf>,
        client: reqwest::Client,
    ) -> Result<Self, WrongSetting> {
        let place = |component: &ComponentDescriptor| {
            Ok(Place { component: *component, url: settings::url_of_component(component)? })
        };
        let all = all.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Components { all, token_file, client, looks: Mutex::default() })
    }

    /// All of them, as they are now.
    pub(super) async fn look(&self) -> Vec<Seen> {
        let mut looks = self.looks.lock().await;
        let now = Instant::now();
        if looks.before.back().is_none_or(|(at, _)| now - *at >= FRESH) {
            let token = match &self.token_file {
                Some(file) => tokio::fs::read_to_string(file).await.ok(),
                None => None,
            };
            let token = token.as_deref().map(str::trim);
            let states = join_all(self.all.iter().map(|place| self.state(place, token))).await;
            looks.see(&self.all, states, now);
        }
        looks.seen.clone()
    }

    async fn state(&self, place: &Place, token: Option<&str>) -> Option<State> {
        let samples = Samples::of(&self.client, &format!("{}/metrics", place.url), token).await?;
        let is_healthy = samples.is_healthy();
        let failed = if is_healthy { Vec::new() } else { self.failed(place).await.unwrap_or_default() };
        let errors = Work::of(&place.component).errors(&samples);
        Some(State { failed, is_healthy, samples, rate: None, errors, new_errors: 0.0 })
    }

    async fn failed(&self, place: &Place) -> Option<Vec<(String, String)>> {
        let answer = self.client.get(format!("{}/health", place.url)).timeout(PATIENCE).send().await.ok()?;
        let health: Health = answer.json().await.ok()?;
        Some(health.checks.into_iter().filter_map(|(name, check)| Some((name, check.error?))).collect())
    }
}

impl Looks {
    /// Takes what was seen, with what has been done since the looks before.
    fn see(&mut self, all: &[Place], mut states: Vec<Option<State>>, now: Instant) {
        while self.before.back().is_some_and(|(at, _)| now - *at > STALE)
            || self.before.get(1).is_some() && self.before.front().is_some_and(|(at, _)| now - *at > WINDOW)
        {
            self.before.pop_front();
        }
        let done: Vec<Option<Done>> = all
            .iter()
            .zip(&states)
            .map(|(place, state)| {
                let samples = &state.as_ref()?.samples;
                let work = Work::of(&place.component);
                Some(Done { work: work.done(samples), errors: work.errors(samples) })
            })
            .collect();
        if let Some((at, before)) = self.before.front() {
            let over = (now - *at).as_secs_f64();
            for ((state, done), before) in states.iter_mut().zip(&done).zip(before) {
                let (Some(state), Some(done), Some(before)) = (state, done, before) else { continue };
                // One that was started again counts from 0.
                state.rate = (done.work >= before.work).then(|| (done.work - before.work) / over);
                state.new_errors = (done.errors - before.errors).max(0.0);
            }
        }
        let seen = all.iter().zip(states);
        self.seen =
            seen.map(|(place, state)| Seen { component: place.component, port: port(&place.url), state }).collect();
        self.before.push_back((now, done));
    }
}

/// The port of a URL without a path.
fn port(url: &str) -> Option<u16> {
    let place = url.split_once("://")?.1;
    place.split('/').next()?.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::descriptor::ComponentKind;

    use super::*;

    const NAME: ComponentDescriptor = ComponentDescriptor::new("server", ComponentKind::McpServer, 9201, "");

    fn state(requests: f64, errors: f64) -> Option<State> {
        let samples = Samples::parse(&format!(
            "cryptofunk_mcp_requests_total{{status=\"success\"}} {requests}\ncryptofunk_mcp_requests_total{{status=\"error\"}} {errors}\n"
        ));
        Some(State { failed: Vec::new(), is_healthy: true, samples, rate: None, errors, new_errors: 0.0 })
    }

    fn seen(looks: &mut Looks, state: Option<State>, at: Instant) -> Option<(Option<f64>, f64)> {
        looks.see(&[Place { component: NAME, url: "http://127.0.0.1:9201".to_owned() }], vec![state], at);
        looks.seen[0].state.as_ref().map(|state| (state.rate, state.new_errors))
    }

    #[test]
    fn rates_are_over_the_looks_of_half_a_minute() {
        let (mut looks, start) = (Looks::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(seen(&mut looks, state(10.0, 0.0), at(0)), Some((None, 0.0)), "nothing is known of before");
        assert_eq!(seen(&mut looks, state(28.0, 2.0), at(10)), Some((Some(2.0), 2.0)));
        assert_eq!(seen(&mut looks, None, at(20)), None);
        assert_eq!(seen(&mut looks, state(48.0, 2.0), at(35)), Some((Some(0.8), 0.0)), "since the look at 10 s");
        assert_eq!(seen(&mut looks, state(3.0, 0.0), at(36)), Some((None, 0.0)), "it was started again");
        assert_eq!(seen(&mut looks, state(300.0, 0.0), at(1_000)), Some((None, 0.0)), "a look that is long ago");
    }

    #[test]
    fn a_page_has_the_port_of_its_component() {
        for (url, expected) in [
            ("http://127.0.0.1:9201", Some(9201)),
            ("http://[::1]:9201", Some(9201)),
            ("http://market-data:9201/x", Some(9201)),
            ("https://market-data", None),
        ] {
            assert_eq!(port(url), expected, "{url}");
        }
    }
}
