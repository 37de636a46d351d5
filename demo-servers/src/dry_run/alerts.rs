//! Every alert: fired by its real cause, arrived where it should and nowhere else, and over when the cause is.

use std::time::Duration;

use cryptofunk_metrics::{Component, query::Alert};
use demo_servers::{
    Api, MarketData, Orchestrator, OrderExecutor, RiskAgent, RiskAnalyzer, SentimentAgent, TechnicalAgent, TrendAgent,
    monitoring,
};
use serde_json::Value;

use super::{
    causes::{Cause, Damage},
    inbox::{ALL, MAIL, Message, PAGERDUTY, SLACK, WEBHOOK},
    report::{Outcome, Report},
    stack::Stack,
};

/// How much longer the alert may take that waits for an hour, and the end of those that look at half an hour.
const LONGER: u32 = 3;

/// It lasts while the others come and go, and none of them ends it, so that its warning stays unattended for long enough.
const LASTING: Cause = Cause::FailingCalls;
/// The alert that a lasting warning becomes.
const UNATTENDED: &str = "WarningUnattended";

/// Alerts that go on for long after their cause, so that nobody waits for their end before the next causes.
const LINGERING: [&str; 3] = ["LabelOverflow", "ComponentRestarted", "MCPLatencyBudgetBurns"];

/// Causes that are tried at once.
const ROUNDS: [&[Cause]; 7] = [
    &[Cause::ModelFails, Cause::ManySymbols, Cause::HeavyPosition, Cause::CacheStops],
    &[Cause::Halt, Cause::KeyGone, Cause::Restart, Cause::OtherPage],
    &[Cause::Churn],
    &[Cause::LockedTable],
    &[Cause::BusStops],
    &[Cause::ServerKilled],
    &[Cause::ServiceKilled],
];

impl Cause {
    /// The alerts that it must fire, each with a word of its text.
    fn fires(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Cause::FailingCalls => &[
                ("HighMCPErrorRate", RiskAnalyzer::NAME),
                ("MCPToolErrorBudgetBurns", "calculate_var"),
                ("MCPErrorBudgetBurns", RiskAnalyzer::NAME),
            ],
            Cause::OtherPage => &[("MCPRequestsRefused", RiskAnalyzer::NAME)],
            Cause::ModelFails => &[("LLMErrors", "openai")],
            Cause::KeyGone => &[("ComponentUnhealthy", SentimentAgent::NAME)],
            Cause::ManySymbols => &[("LabelOverflow", "symbol")],
            Cause::HeavyPosition => &[("HighValueAtRisk", "value at risk")],
            Cause::Halt => &[("CircuitBreakerTripped", "manual_halt")],
            Cause::Churn => &[("HighDrawdown", "portfolio has lost")],
            Cause::LockedTable => &[
                ("DatabasePoolExhausted", "connections"),
                ("MCPToolSlow", OrderExecutor::NAME),
                ("MCPLatencyBudgetBurns", OrderExecutor::NAME),
                ("AgentSilent", RiskAgent::NAME),
                ("AgentUnhealthy", RiskAgent::NAME),
            ],
            Cause::ServiceKilled => &[("ComponentDown", Orchestrator::NAME)],
            Cause::CacheStops => &[("ComponentUnhealthy", MarketData::NAME)],
            Cause::BusStops => &[("NATSSilent", Orchestrator::NAME)],
            Cause::ServerKilled => &[("MCPServerDown", "MCP server")],
            Cause::Restart => &[("ComponentRestarted", Api::NAME)],
        }
    }

    /// The alerts that Alertmanager keeps quiet meanwhile, for the last of those above; each with the value of a label.
    fn quietens(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Cause::FailingCalls => &[("MCPErrorBudgetLeaks", RiskAnalyzer::NAME)],
            Cause::LockedTable => &[("ComponentUnhealthy", RiskAgent::NAME), ("AgentSilent", RiskAgent::NAME)],
            Cause::Churn => &[("CircuitBreakerTripped", "max_drawdown")],
            Cause::BusStops => &[("ComponentUnhealthy", Orchestrator::NAME)],
            Cause::ServiceKilled => &[("AgentSilent", TrendAgent::NAME)],
            Cause::ServerKilled => &[("AgentSilent", TechnicalAgent::NAME)],
            _ => &[],
        }
    }
}

/// An alert that is waited for.
#[derive(Clone, Copy)]
struct Awaited {
    alert: &'static Alert,
    /// A word of its text, which tells it from alerts of the same name.
    word: &'static str,
    /// How many messages there were before its cause.
    since: usize,
    arrived: bool,
}

/// Whether something here causes an alert.
pub(super) fn is_caused(alert: &str) -> bool {
    let mut causes = ROUNDS.iter().copied().flatten().chain([&LASTING]);
    alert == UNATTENDED || causes.any(|cause| cause.fires().iter().any(|(name, _)| *name == alert))
}

/// Proves every alert that something here causes, or those of these names.
pub(super) async fn prove(stack: &mut Stack, report: &mut Report, only: &[String]) -> anyhow::Result<()> {
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let wants = |cause: &Cause| cause.fires().iter().any(|(alert, _)| wanted(alert));
    let unattended = wanted(UNATTENDED);
    let lasting = if unattended || wants(&LASTING) { Some(begin(LASTING, stack, report).await?) } else { None };
    let mut lingering = Vec::new();
    for round in ROUNDS {
        let causes: Vec<Cause> = round.iter().copied().filter(wants).collect();
        lingering.extend(self::round(stack, report, &causes).await?);
    }
    leave(stack, report, &lingering).await;
    let Some((mut damage, mut awaited)) = lasting else { return Ok(()) };
    arrive(stack, report, LASTING, &mut awaited).await;
    let page = awaited.first().and_then(|warning| Awaited::new(UNATTENDED, warning.alert.name, warning.since));
    let page = page.filter(|_| unattended);
    if let Some(page) = page {
        report.progress("waiting for the warning that nobody ends to become a page");
        report.add("alert", UNATTENDED, page.arrives(stack, LONGER * stack.patience).await);
    }
    LASTING.end(stack, &mut damage).await?;
    leave(stack, report, &awaited).await;
    if let Some(page) = page {
        report.add("resolved", UNATTENDED, page.ends(stack).await);
    }
    Ok(())
}

/// Lets some causes happen at once, and ends them when all alerts have arrived. Answers the alerts whose end is still to come.
async fn round(stack: &mut Stack, report: &mut Report, causes: &[Cause]) -> anyhow::Result<Vec<Awaited>> {
    let mut happening = Vec::new();
    for &cause in causes {
        match cause.lacks(stack) {
            Some(lacks) => {
                for (alert, _) in cause.fires() {
                    report.add("alert", *alert, Outcome::Skipped(lacks.to_owned()));
                }
            }
            None => happening.push((cause, begin(cause, stack, report).await?)),
        }
    }
    for (cause, (_, awaited)) in &mut happening {
        arrive(stack, report, *cause, awaited).await;
    }
    for (cause, (damage, _)) in &mut happening {
        cause.end(stack, damage).await?;
    }
    let mut lingering = Vec::new();
    for (_, (_, awaited)) in happening {
        let (later, soon): (Vec<_>, Vec<_>) = awaited.into_iter().partition(|one| LINGERING.contains(&one.alert.name));
        leave(stack, report, &soon).await;
        lingering.extend(later);
    }
    Ok(lingering)
}

async fn begin(cause: Cause, stack: &mut Stack, report: &Report) -> anyhow::Result<(Damage, Vec<Awaited>)> {
    report.progress(cause.name());
    let since = stack.inbox.len();
    let awaited = cause.fires().iter().filter_map(|(alert, word)| Awaited::new(alert, word, since)).collect();
    Ok((cause.begin(stack).await?, awaited))
}

/// All alerts of a cause arrive, and what follows from it is kept quiet.
async fn arrive(stack: &Stack, report: &mut Report, cause: Cause, awaited: &mut [Awaited]) {
    for one in awaited.iter_mut() {
        let outcome = one.arrives(stack, stack.patience).await;
        one.arrived = outcome == Outcome::Proven;
        report.add("alert", one.alert.name, outcome);
    }
    for (alert, value) in cause.quietens() {
        let bigger = awaited.last().map_or("", |one| one.alert.name);
        let quiet = async || is_quiet(stack, alert, value, bigger).await.unwrap_or(false);
        let quiet = stack.until(stack.patience, quiet).await;
        let why = format!("Alertmanager does not inhibit it because of {bigger}");
        let outcome = if quiet { Outcome::Proven } else { Outcome::Failed(why) };
        report.add("inhibited", format!("{alert} of {value}, while {bigger}"), outcome);
    }
}

/// All alerts of a cause are over.
async fn leave(stack: &Stack, report: &mut Report, awaited: &[Awaited]) {
    for one in awaited {
        let outcome = match one.arrived {
            true => one.ends(stack).await,
            false => Outcome::Failed("it has not arrived as it should, so nothing can end".to_owned()),
        };
        report.add("resolved", one.alert.name, outcome);
    }
}

impl Awaited {
    /// An alert of the rules; what is not there, a line about the rules has told.
    fn new(name: &str, word: &'static str, since: usize) -> Option<Self> {
        let alert = monitoring::alerts().find(|alert| alert.name == name)?;
        Some(Awaited { alert, word, since, arrived: false })
    }

    /// Waits until it has arrived at every receiver that its severity asks for, and at no other, with its text and links.
    async fn arrives(self, stack: &Stack, patience: Duration) -> Outcome {
        let name = self.alert.name;
        let (severity, receivers) = self.receivers();
        for &receiver in receivers {
            let came = |message: &Message| self.is_named_by(message) && message.tells(self.word, false);
            if !stack.until(patience, async || stack.inbox.has(self.since, receiver, came)).await {
                let fires = stack.query(&format!("ALERTS{{alertname=\"{name}\",alertstate=\"firing\"}}")).await;
                return Outcome::Failed(match fires {
                    Ok(fires) if fires.is_empty() => {
                        "it does not fire: its expression stays empty, or not for long enough".to_owned()
                    }
                    _ => format!("it fires, but does not arrive at the receiver {receiver}"),
                });
            }
            let right = |message: &Message| came(message) && self.is_told(&message.text);
            if !stack.inbox.has(self.since, receiver, right) {
                return Outcome::Failed(format!(
                    "what arrives at {receiver} lacks its text, or a link to the dashboard or the runbook"
                ));
            }
        }
        for other in ALL.iter().filter(|other| !receivers.contains(other)) {
            if stack.inbox.has(self.since, other, |message| self.is_named_by(message)) {
                return Outcome::Failed(format!("it arrives at {other}, which is not for what is {severity}"));
            }
        }
        Outcome::Proven
    }

    /// Waits until its receivers have heard that it is over.
    async fn ends(self, stack: &Stack) -> Outcome {
        let is_over = |message: &Message| self.is_named_by(message) && message.tells(self.word, true);
        for &receiver in self.receivers().1 {
            if !stack.until(LONGER * stack.patience, async || stack.inbox.has(self.since, receiver, is_over)).await {
                return Outcome::Failed(format!("{receiver} has not heard that it is over"));
            }
        }
        Outcome::Proven
    }

    /// Whether a message is about alerts of its name: `critical: HighDrawdown`, with their number behind it where they are many, or
    /// `HighDrawdown is over`.
    fn is_named_by(self, message: &Message) -> bool {
        let title = message.title.strip_prefix(&format!("{}: ", self.receivers().0)).unwrap_or(&message.title);
        let rest = title.strip_prefix(self.alert.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" (") || rest == " is over")
    }

    /// Its severity, and where that goes. The webhook hears everything.
    fn receivers(self) -> (&'static str, &'static [&'static str]) {
        match value(self.alert.labels, "severity") {
            severity @ "critical" => (severity, &[WEBHOOK, PAGERDUTY, SLACK]),
            severity @ "warning" => (severity, &[WEBHOOK, SLACK]),
            severity => (severity, &[WEBHOOK, MAIL]),
        }
    }

    /// Whether a text has all that the rule writes: its summary around what stands in braces, and where its links lead.
    fn is_told(self, text: &str) -> bool {
        ["summary", "dashboard", "runbook"].iter().all(|annotation| {
            let mut rest = Some(text);
            for part in value(self.alert.annotations, annotation).split("{{") {
                let written = part.split_once("}}").map_or(part, |(_, after)| after);
                rest = rest.and_then(|rest| rest.split_once(written)).map(|(_, after)| after);
            }
            rest.is_some()
        })
    }
}

fn value(pairs: &'static [(&'static str, &'static str)], name: &str) -> &'static str {
    pairs.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

/// Whether Alertmanager inhibits an alert that has a label of this value, because of a bigger one.
async fn is_quiet(stack: &Stack, name: &str, label: &str, bigger: &str) -> anyhow::Result<bool> {
    let alerts = stack.alertmanager("/api/v2/alerts").await?;
    let alerts = || alerts.as_array().into_iter().flatten();
    let is_bigger =
        |by: &Value| alerts().any(|alert| alert["fingerprint"] == *by && alert["labels"]["alertname"] == bigger);
    Ok(alerts().any(|alert| {
        alert["labels"]["alertname"] == name
            && alert["labels"].as_object().is_some_and(|labels| labels.values().any(|value| value == label))
            && alert["status"]["inhibitedBy"].as_array().is_some_and(|by| by.iter().any(is_bigger))
    }))
}
