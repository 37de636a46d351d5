//! The live table: what each component does now.

use std::{
    collections::HashMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use demo_servers::scrape::{Samples, Work, total};
use futures_util::future::join_all;
use tokio::time::{MissedTickBehavior, interval};

use super::{member::Member, screen::Screen};

/// How often the table is drawn on a terminal, and a line written where there is none.
const EVERY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

/// Shows the table until it is dropped.
pub(super) async fn show(members: &[Member], token_file: Option<PathBuf>, screen: &Screen) {
    let client = reqwest::Client::new();
    let mut ticks = interval(if screen.is_terminal() { EVERY.0 } else { EVERY.1 });
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut before: HashMap<&'static str, (f64, Instant)> = HashMap::new();
    loop {
        ticks.tick().await;
        let token = token_file.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
        let token = token.as_deref().map(str::trim);
        let scrapes = members.iter().map(|member| {
            let client = &client;
            async move { Samples::of(client, &member.url("/metrics"), token).await }
        });
        let scrapes: Vec<Option<Samples>> = join_all(scrapes).await;
        if screen.is_terminal() {
            let mut table = vec![
                String::new(),
                format!(
                    "\x1b[1m{:<22} {:>5} {:<10} {:>8} {:>9} {:>8} {:>7}\x1b[0m",
                    "component", "port", "health", "uptime", "per s", "p95", "errors"
                ),
            ];
            table.extend(
                members.iter().zip(&scrapes).map(|(member, samples)| row(member, samples.as_ref(), &mut before)),
            );
            table.push(summary(&scrapes));
            screen.draw(table);
        } else {
            screen.say(&format!("{}; {}", healths(members, &scrapes), summary(&scrapes)));
        }
    }
}

/// How many are healthy, and the names of the others.
fn healths(members: &[Member], scrapes: &[Option<Samples>]) -> String {
    let mut others = Vec::new();
    for (member, samples) in members.iter().zip(scrapes) {
        match samples {
            Some(samples) if samples.is_healthy() => {}
            Some(_) => others.push(format!("{} is unhealthy", member.component.name)),
            None => others.push(format!("{} does not answer", member.component.name)),
        }
    }
    let healthy = format!("{} of {} healthy", members.len() - others.len(), members.len());
    if others.is_empty() { healthy } else { format!("{healthy} ({})", others.join(", ")) }
}

fn row(member: &Member, samples: Option<&Samples>, before: &mut HashMap<&'static str, (f64, Instant)>) -> String {
    let (name, port) = (member.component.name, member.address.port());
    let Some(samples) = samples else {
        before.remove(name);
        return format!("{name:<22} {port:>5} \x1b[31m{:<10}\x1b[0m", "down");
    };
    let (colour, health) = if samples.is_healthy() { (32, "healthy") } else { (31, "unhealthy") };
    let work = Work::of(&member.component);
    let now = Instant::now();
    let count = work.done(samples);
    let rate = match before.insert(name, (count, now)) {
        Some((last, at)) if count >= last => format!("{:.1}", (count - last) / (now - at).as_secs_f64()),
        _ => "-".to_owned(),
    };
    let errors = work.errors(samples);
    let uptime = samples.uptime() as u64;
    format!(
        "{name:<22} {port:>5} \x1b[{colour}m{health:<10}\x1b[0m {:>8} {rate:>9} {:>8} {errors:>7}",
        format!("{}:{:02}", uptime / 60, uptime % 60),
        samples.quantile(work.duration, 0.95).unwrap_or_else(|| "-".to_owned()),
    )
}

/// The system in one line.
fn summary(scrapes: &[Option<Samples>]) -> String {
    let all = |name: &str, label: &str| total(scrapes.iter().flatten().map(|samples| samples.sum(name, label)));
    format!(
        "{} signals, {} decisions, {} trades, {} positions, portfolio {:.2} USD",
        all("cryptofunk_agent_signals_total", ""),
        all("cryptofunk_orchestrator_decisions_total", ""),
        all("cryptofunk_trades_total", "status=\"filled\""),
        all("cryptofunk_positions_open", ""),
        all("cryptofunk_portfolio_value_usd", ""),
    )
}
