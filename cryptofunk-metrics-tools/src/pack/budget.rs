//! What servers and tools promise, as recording rules: the share of failed or slow calls over each window, and the error budget.

use cryptofunk_metrics_catalog::descriptor::{ComponentDescriptor, ComponentKind, Objective};

use crate::pack::{
    clock::{Clock, DAY, HOUR, MINUTE},
    dialect::{Dialect, Durations, Kept, Series, fits},
    draft::{Group, Labels, Record},
    error::PackError,
};

/// The windows that shares are recorded over.
pub(super) const WINDOWS: [u64; 7] = [5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY];

/// Over how many days a budget is shown.
pub(super) const BUDGET_DAYS: u64 = 30;

/// What is promised: success or latency, of servers or of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Servers,
    Tools,
}

/// An indicator, with all that is promised of it.
#[derive(Debug)]
pub(super) struct Indicator {
    pub(super) of: Of,
    pub(super) is_latency: bool,
    /// The labels of its series: the server, and the tool.
    pub(super) labels: Vec<&'static str>,
    /// `server:weather_mcp_failed_requests`.
    pub(super) name: String,
    pub(super) promises: Vec<Promise>,
}

/// What one server or tool promises.
#[derive(Debug)]
pub(super) struct Promise {
    /// Which: the server's name, and the tool's.
    pub(super) of: Vec<String>,
    /// The share that may fail.
    pub(super) budget: f64,
    /// The share that is promised, and of a latency the bound.
    pub(super) percent: f64,
    pub(super) bound: Option<f64>,
}

/// All that the servers and tools of a system promise.
pub(super) fn indicators(
    components: &[ComponentDescriptor],
    dialect: &Dialect,
    prefix: &str,
) -> Result<Vec<Indicator>, PackError> {
    let mut all = Vec::new();
    for of in [Of::Servers, Of::Tools] {
        for is_latency in [false, true] {
            let promises = promises(components, of, is_latency);
            let Some(first) = promises.first() else { continue };
            if let Some(missing) = missing(dialect, of, is_latency, &promises) {
                return Err(PackError::Uncounted { name: first.of.join("/"), missing });
            }
            let [server, tool] = dialect.levels();
            let (level, labels, calls) = match of {
                Of::Servers => (server, vec![dialect.server], "requests"),
                Of::Tools => (tool, vec![dialect.server, dialect.tool], "tool_calls"),
            };
            let kind = if is_latency { "slow" } else { "failed" };
            all.push(Indicator {
                of,
                is_latency,
                labels,
                name: format!("{level}:{prefix}mcp_{kind}_{calls}"),
                promises,
            });
        }
    }
    Ok(all)
}

fn promises(components: &[ComponentDescriptor], of: Of, is_latency: bool) -> Vec<Promise> {
    let servers = components.iter().filter(|component| component.kind == ComponentKind::McpServer);
    let promised = servers.flat_map(|server| match of {
        Of::Servers => vec![(vec![server.name.to_owned()], server.objective)],
        Of::Tools => {
            let of = |tool: &str| vec![server.name.to_owned(), tool.to_owned()];
            server.tools.iter().map(|tool| (of(tool.name), tool.objective)).collect()
        }
    });
    let promise = |(of, objective): (Vec<String>, Objective)| {
        let (percent, bound) = if is_latency {
            let latency = objective.latency?;
            (latency.percent, Some(latency.seconds))
        } else {
            (objective.success?, None)
        };
        Some(Promise { of, budget: rounded((100.0 - percent) / 100.0), percent, bound })
    };
    promised.filter_map(promise).collect()
}

/// A number of 12 digits: 0.005, not 0.0049999999999999.
fn rounded(number: f64) -> f64 {
    (number * 1e12).round() / 1e12
}

/// What the catalogue does not have of an indicator.
fn missing(dialect: &Dialect, of: Of, is_latency: bool, promises: &[Promise]) -> Option<String> {
    if !is_latency {
        let kept = if of == Of::Servers { &dialect.work } else { &dialect.tool_work };
        return kept.is_none().then(|| "a family of successes or of errors is left out".to_owned());
    }
    let Some(durations) = durations(dialect, of) else {
        return Some("the family of durations is left out".to_owned());
    };
    let bounds = promises.iter().filter_map(|promise| promise.bound);
    let no_bound = bounds.into_iter().find(|seconds| bound_text(durations, *seconds).is_none())?;
    Some(format!("{no_bound} s is no bucket bound of the durations"))
}

fn durations(dialect: &Dialect, of: Of) -> Option<&Durations> {
    if of == Of::Servers { dialect.work_durations.as_ref() } else { dialect.call_durations.as_ref() }
}

/// The bound as the label `le` has it. Prometheus 3 writes `1.0` where Prometheus 2 wrote `1`.
fn bound_text(durations: &Durations, seconds: f64) -> Option<String> {
    let bound = durations.bounds.iter().find(|bound| (**bound - seconds).abs() <= 1e-9 * seconds)?;
    let text = bound.to_string();
    Some(if text.contains('.') { format!("le=\"{text}\"") } else { format!("le=~\"{text}|{text}\\\\.0\"") })
}

/// Calls that are counted alike: those of one bound, and of one server if they are those of tools.
struct Selection {
    server: String,
    tools: Vec<String>,
    bound: Option<f64>,
}

impl Indicator {
    fn selections(&self) -> Vec<Selection> {
        let mut all: Vec<Selection> = Vec::new();
        for Promise { of, bound, .. } in &self.promises {
            let (server, tool) = (&of[0], of.get(1).cloned());
            let of_one = self.of == Of::Servers;
            let alike = |one: &&mut Selection| one.bound == *bound && (of_one || one.server == *server);
            match all.iter_mut().find(alike) {
                Some(one) if of_one => one.server = format!("{}|{server}", one.server),
                Some(one) => one.tools.extend(tool),
                None => {
                    all.push(Selection { server: server.clone(), tools: tool.into_iter().collect(), bound: *bound })
                }
            }
        }
        all
    }

    /// What is asked of each selection, joined.
    fn of_all(&self, ask: impl Fn(&Selection) -> String) -> String {
        self.selections().iter().map(ask).collect::<Vec<_>>().join("\nor\n")
    }

    fn matcher(&self, dialect: &Dialect, selection: &Selection) -> String {
        match selection.tools.as_slice() {
            [] => String::new(),
            tools => format!("{}{}", dialect.tool, fits(&tools.join("|"))),
        }
    }

    /// The series that the indicator is made of, of a selection: good and bad ones, or all and those within the bound.
    fn parts(&self, dialect: &Dialect, selection: &Selection) -> Option<(Series, Series)> {
        let matcher = self.matcher(dialect, selection);
        if !self.is_latency {
            let Kept { good, bad } =
                if self.of == Of::Servers { &dialect.work } else { &dialect.tool_work }.as_ref()?;
            return Some((good.with(&matcher), bad.with(&matcher)));
        }
        let durations = durations(dialect, self.of)?;
        let bound = bound_text(durations, selection.bound?)?;
        Some((durations.count().with(&matcher), durations.buckets().with(&matcher).with(&bound)))
    }

    /// The share of calls that fail or are slow, over a window.
    pub(super) fn ratio(&self, dialect: &Dialect, window: &str) -> String {
        let by = self.labels.join(", ");
        self.of_all(|selection| {
            let Some((first, second)) = self.parts(dialect, selection) else { return String::new() };
            let first = dialect.rate(&first, &selection.server, window);
            let second = dialect.rate(&second, &selection.server, window);
            if self.is_latency {
                return format!("1 -\n  sum by ({by}) ({second})\n  / sum by ({by}) ({first})");
            }
            format!("sum by ({by}) ({second} or 0 * {first})\n  / sum by ({by}) ({first} or {second})")
        })
    }

    /// How many calls failed or were slow in a window.
    pub(super) fn failures(&self, dialect: &Dialect, window: &str) -> String {
        let by = self.labels.join(", ");
        self.of_all(|selection| {
            let Some((first, second)) = self.parts(dialect, selection) else { return String::new() };
            let all = dialect.over("increase", &first, &selection.server, window);
            let second = dialect.over("increase", &second, &selection.server, window);
            if self.is_latency {
                return format!("sum by ({by}) ({all}) - sum by ({by}) ({second})");
            }
            format!("sum by ({by}) ({second})")
        })
    }

    /// The recording rule of the share over a window.
    pub(super) fn ratio_name(&self, window: &str) -> String {
        format!("{}:ratio_rate{window}", self.name)
    }

    /// The recording rule of what may fail.
    pub(super) fn budget_name(&self) -> String {
        format!("{}:budget", self.name)
    }

    /// The labels of one promise.
    pub(super) fn labels_of(&self, promise: &Promise) -> Labels {
        self.labels.iter().zip(&promise.of).map(|(label, value)| ((*label).to_owned(), value.clone())).collect()
    }
}

/// The recording rules of all indicators: windows of alerts, and the budget of a month, which is looked at less often.
pub(super) fn groups(indicators: &[Indicator], dialect: &Dialect, pack: &str, clock: Clock) -> Vec<Group> {
    let mut often = Vec::new();
    let mut seldom = Vec::new();
    for indicator in indicators {
        for promise in &indicator.promises {
            let labels = indicator.labels_of(promise);
            often
                .push(Record { labels, ..Record::new(indicator.budget_name(), format!("vector({})", promise.budget)) });
        }
        for window in WINDOWS {
            let window = clock.of(window);
            often.push(Record::new(indicator.ratio_name(&window), indicator.ratio(dialect, &window)));
        }
        let month = clock.of(BUDGET_DAYS * DAY);
        seldom.push(Record::new(indicator.ratio_name(&month), indicator.ratio(dialect, &month)));
    }
    vec![
        Group { name: format!("{pack}_objectives"), interval: None, records: often },
        Group { name: format!("{pack}_budgets"), interval: Some(clock.of(300)), records: seldom },
    ]
}
