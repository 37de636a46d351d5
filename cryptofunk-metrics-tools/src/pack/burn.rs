//! Alerts on objectives: several windows and burn rates, after the workbook of Google's SRE.

use crate::pack::{
    budget::{BUDGET_DAYS, Indicator, Of},
    clock::{Clock, DAY, HOUR, MINUTE},
    dialect::Dialect,
    draft::{Alert, Page, Scene, Severity, look},
    promtool::rising,
    stage::{self, Outcome},
};

/// A burn rate, and the windows over which it is seen: a long one, so that it matters, and a short one, so that it goes on.
struct Burn {
    factor: f64,
    long: u64,
    short: u64,
}

/// 2 % of a month's budget in an hour, or 5 % in six.
const PAGES: [Burn; 2] =
    [Burn { factor: 14.4, long: HOUR, short: 5 * MINUTE }, Burn { factor: 6.0, long: 6 * HOUR, short: 30 * MINUTE }];

/// A tenth of a month's budget in a day, or in three.
const TICKETS: [Burn; 2] =
    [Burn { factor: 3.0, long: DAY, short: 2 * HOUR }, Burn { factor: 1.0, long: 3 * DAY, short: 6 * HOUR }];

/// How long tests of slow burns take, in seconds.
const SLOW: u64 = 3 * HOUR;

/// A share as `humanizePercentage` of Prometheus' templates writes it: four digits.
fn percentage(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = (3 - percent.log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{percent:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}%")
}

/// What the alerts of one indicator share.
struct Told<'a> {
    indicator: &'a Indicator,
    dialect: &'a Dialect,
    clock: Clock,
    /// How many calls have to fail.
    few: u32,
    /// The name of the page, and of the ticket.
    names: [&'static str; 2],
}

/// The alerts of an indicator.
pub(super) fn alerts(indicator: &Indicator, dialect: &Dialect, clock: Clock, few: u32) -> [Alert; 2] {
    let names = match (indicator.of, indicator.is_latency) {
        (Of::Servers, false) => ["MCPErrorBudgetBurns", "MCPErrorBudgetLeaks"],
        (Of::Tools, false) => ["MCPToolErrorBudgetBurns", "MCPToolErrorBudgetLeaks"],
        (Of::Servers, true) => ["MCPLatencyBudgetBurns", "MCPLatencyBudgetLeaks"],
        (Of::Tools, true) => ["MCPToolLatencyBudgetBurns", "MCPToolLatencyBudgetLeaks"],
    };
    let told = Told { indicator, dialect, clock, few, names };
    [told.page(), told.ticket()]
}

impl Told<'_> {
    fn expr(&self, burns: &[Burn]) -> String {
        let Told { indicator, dialect, clock, few, .. } = self;
        let of = |Burn { factor, long, short }: &Burn| {
            let (long, short) = (clock.of(*long), clock.of(*short));
            let threshold = self.threshold(*factor);
            let failures = indicator.failures(dialect, &long).replace('\n', "\n    ");
            let (high, now) = (indicator.ratio_name(&long), indicator.ratio_name(&short));
            format!(
                "(\n  {high} > {threshold}\n  and\n  {now} > {threshold}\n  and\n  (\n    {failures}\n  ) >= {few}\n)"
            )
        };
        burns.iter().map(of).collect::<Vec<_>>().join("\nor\n")
    }

    /// The share at which a budget burns so fast. No share is above 1, so that of a large budget is nearer.
    fn threshold(&self, factor: f64) -> String {
        let budget = self.indicator.budget_name();
        let largest = self.indicator.promises.iter().map(|promise| promise.budget).fold(0.0, f64::max);
        let product = if factor == 1.0 { budget } else { format!("{factor} * {budget}") };
        if factor * largest < 1.0 {
            return product;
        }
        format!("clamp_max({product}, {})", (1.0 + largest) / 2.0)
    }

    fn what(&self) -> (&'static str, &'static str) {
        let does = if self.indicator.is_latency { "are too slow" } else { "fail" };
        let calls = if self.indicator.of == Of::Servers { "requests to" } else { "calls of" };
        (calls, does)
    }

    /// Who, in a template of labels.
    fn who(&self) -> String {
        self.indicator.labels.iter().map(|label| format!("{{{{ $labels.{label} }}}}")).collect::<Vec<_>>().join("/")
    }

    fn summary(&self, end: &str) -> String {
        let (calls, does) = self.what();
        format!("{{{{ $value | humanizePercentage }}}} of the {calls} {} {does}: {end}", self.who())
    }

    /// The summary of a test.
    fn told(&self, share: &str, end: &str) -> String {
        let (calls, does) = self.what();
        let who = self.indicator.promises.first().map(|promise| promise.of.join("/")).unwrap_or_default();
        format!("{share} of the {calls} {who} {does}: {end}")
    }

    fn scene(&self, title: &str, at: u64, outcomes: &[(Outcome, String)]) -> Scene {
        let promise = self.indicator.promises.first();
        let series = promise.map(|promise| stage::calls(self.indicator, promise, self.dialect, at, outcomes));
        Scene { title: title.to_owned(), series: series.unwrap_or_default(), at, fires: None }
    }

    fn fires(&self, title: &str, at: u64, end: &str) -> Scene {
        let labels = self.indicator.promises.first().map(|promise| self.indicator.labels_of(promise));
        let scene = self.scene(title, at, &[(Outcome::Bad, rising(1.0, at))]);
        Scene { fires: Some((labels.unwrap_or_default(), self.told("100%", end))), ..scene }
    }

    /// The share of bad calls at which a budget lasts a week and no page is due.
    fn slow_share(&self) -> f64 {
        let budget = self.indicator.promises.first().map_or(1.0, |promise| promise.budget);
        if 4.0 * budget < 1.0 { 4.0 * budget } else { (1.0 + budget) / 2.0 }
    }

    fn slow_burn(&self, title: &str) -> Scene {
        const CALLS: f64 = 100_000.0;
        let bad = (self.slow_share() * CALLS).round();
        self.scene(title, SLOW, &[(Outcome::Good, rising(CALLS - bad, SLOW)), (Outcome::Bad, rising(bad, SLOW))])
    }

    fn page(&self) -> Alert {
        let end = "the error budget is gone within days";
        let few = f64::from(self.few) - 1.0;
        let hour = HOUR + 10 * MINUTE;
        let mut scenes = vec![
            self.fires("fires when all calls fail for an hour", hour, end),
            // One call after the other fails, fewer than matter.
            self.scene(
                "does not fire at few calls",
                hour,
                &[(Outcome::Good, format!("0x{} 1x40", hour / MINUTE - 41)), (Outcome::Bad, format!("0x20 {few}x50"))],
            ),
            self.scene(
                "does not fire within the budget",
                hour,
                &[(Outcome::Good, rising(1_000_000.0, hour)), (Outcome::Bad, rising(1.0, hour))],
            ),
            self.scene(
                "does not fire when it is over",
                95 * MINUTE,
                &[(Outcome::Good, rising(100.0, 95 * MINUTE)), (Outcome::Bad, "0+100x60 6000x35".to_owned())],
            ),
        ];
        if !self.indicator.is_latency {
            scenes.push(self.scene(
                "does not fire through the caller's fault",
                hour,
                &[(Outcome::Good, rising(1.0, hour)), (Outcome::Callers, rising(100.0, hour))],
            ));
        }
        self.alert(self.names[0], Severity::Critical, &PAGES, end, scenes)
    }

    fn ticket(&self) -> Alert {
        let end = "the error budget does not last the month";
        let mut burns = self.slow_burn("fires when the budget burns at four times its rate");
        let labels = self.indicator.promises.first().map(|promise| self.indicator.labels_of(promise));
        burns.fires = Some((labels.unwrap_or_default(), self.told(&percentage(self.slow_share()), end)));
        let scenes = vec![
            burns,
            self.scene(
                "does not fire within the budget",
                SLOW,
                &[(Outcome::Good, rising(1_000_000.0, SLOW)), (Outcome::Bad, rising(1.0, SLOW))],
            ),
        ];
        self.alert(self.names[1], Severity::Warning, &TICKETS, end, scenes)
    }

    fn alert(&self, name: &'static str, severity: Severity, burns: &[Burn], end: &str, scenes: Vec<Scene>) -> Alert {
        let Told { indicator, clock, .. } = self;
        let means = format!("{} {}", self.promised(), self.why(burns));
        let month = clock.of(BUDGET_DAYS * DAY);
        let (ratio, budget) = (indicator.ratio_name(&clock.of(5 * MINUTE)), indicator.budget_name());
        let mut looks = vec![
            look("The share now, and what is promised:", format!("{ratio} or {budget}")),
            look("How much of the budget is left:", format!("1 - {} / {budget}", indicator.ratio_name(&month))),
        ];
        looks.extend(self.types());
        Alert {
            name,
            severity,
            expr: self.expr(burns),
            wait: None,
            labels: Vec::new(),
            summary: self.summary(end),
            page: Page::Objectives,
            means,
            look: looks,
            mend: if indicator.is_latency {
                "call the tool by hand and see what it waits for: a database, another server, a language model. A timeout on the tool bounds \
                 what callers wait. If it is as fast as it can be, promise what it can keep."
            } else {
                "call the tool by hand; the answer says what is wrong, and the server's log more. Undo the last change if it began with it. If \
                 the errors are the caller's, the tool should say so: wrong arguments are not counted here."
            },
            scenes,
        }
    }

    /// The promises, in a sentence.
    fn promised(&self) -> String {
        let promises = self.indicator.promises.iter().map(|promise| {
            let within = promise.bound.map_or(String::new(), |bound| format!(" within {bound} s"));
            format!("{} ({} %{within})", promise.of.join("/"), promise.percent)
        });
        let what = if self.indicator.is_latency { "that calls are answered in time" } else { "that calls succeed" };
        format!("What is promised is not kept. These promise {what}: {}.", promises.collect::<Vec<_>>().join(", "))
    }

    fn why(&self, burns: &[Burn]) -> String {
        let burns = burns.iter().map(|Burn { factor, long, short }| {
            format!("{factor} times as fast over {} and over {}", self.clock.of(*long), self.clock.of(*short))
        });
        let (calls, does) = self.what();
        format!(
            "Of the {calls} one of them so many {does} that the month's error budget is spent {}. Fewer than {} such calls in the longer window fire \
             nothing: one failure of three calls is no trend.",
            burns.collect::<Vec<_>>().join(", or "),
            self.few
        )
    }

    /// Which errors there are.
    fn types(&self) -> Option<crate::pack::draft::Look> {
        let Dialect { server, kind, errors, .. } = self.dialect;
        if self.indicator.is_latency {
            return None;
        }
        let rate = self.dialect.rate(errors.as_ref()?, "", &self.clock.of(5 * MINUTE));
        Some(look("Which errors there are:", format!("topk(5, sum by ({server}, {kind}) ({rate}))")))
    }
}
