//! One round: the agents are asked, their signals are counted, and what they decide is carried out.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use cryptofunk_metrics::{Component, agent::CallError, trace::TARGET};
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout_at},
};
use tracing::{Instrument, field::Empty, info_span};

use super::{
    conductor::Orchestrator,
    state::{Decision, now_ms},
    vote::{self, Outcome, Vote, WEIGHTS},
};
use crate::{
    agents::risk::RiskAgent,
    bus::{
        BusError, Subject,
        message::{Control, Signal},
    },
    domain::{
        orchestrator::{self as families, Action, SignalResult},
        risk::Reason,
        trading::{OrderStatus, Side},
    },
    market_data::{Chart, LISTINGS, Price},
    order_executor::{Order, OrderError, SessionStats, TradePage},
    risk_analyzer::{Breaker, LimitCheck, Limits, Portfolio},
};

/// A round is called again to agents that may not have heard it.
const AGAIN: Duration = Duration::from_secs(1);
/// How long an order is sent again while nobody says what became of it.
const INSIST: Duration = Duration::from_secs(15);
/// The share of the portfolio that one purchase costs.
const STAKE: f64 = 0.04;
/// Returns that the volatility is measured over.
const RETURNS: usize = 30;
/// The circuit breaker counts the orders of this time.
const MINUTE: Duration = Duration::from_secs(60);
/// A market that is this far behind the last round has not stopped for a moment: it has begun anew.
const ANEW: Duration = Duration::from_secs(10);

/// Why a round did not take place.
#[derive(Debug, thiserror::Error)]
pub(super) enum RoundError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error("the round of tick {tick} waits for {}", agents.join(", "))]
    Silent { tick: u64, agents: Vec<String> },
    #[error("the market is at tick {now}, behind the last round, {last}")]
    Behind { now: u64, last: u64 },
}

/// The market, one round after the other.
pub(super) struct Rounds {
    orchestrator: Arc<Orchestrator>,
    signals: mpsc::Receiver<Signal>,
    /// Orders that were sent in the last minute.
    orders: VecDeque<Sent>,
    /// The reasons for which the circuit breaker has tripped.
    tripped: Vec<Reason>,
    last: Option<u64>,
    /// Which process this is, and how many rounds it has called.
    attempt: (u64, u64),
    /// How long a tick takes.
    tick: Duration,
}

/// An order that was sent.
#[derive(Debug)]
struct Sent {
    order: String,
    tick: u64,
    at: Instant,
}

/// What is known when a round is decided.
struct Situation {
    tick: u64,
    stats: SessionStats,
    breaker: Breaker,
}

impl Rounds {
    pub(super) fn new(orchestrator: Arc<Orchestrator>, signals: mpsc::Receiver<Signal>) -> Self {
        let attempt = (rand::random(), 0);
        let (orders, tripped) = (VecDeque::new(), Vec::new());
        Rounds { orchestrator, signals, orders, tripped, last: None, attempt, tick: Duration::from_secs(1) }
    }

    /// Goes on from the last round that was recorded. Whether it came to its end is not known: a run that is repeatable plays it again, which
    /// does nothing twice.
    pub(super) async fn resume(&mut self, session: &SessionStats) -> Result<(), CallError> {
        let recorded = session.recorded_tick;
        if !self.orchestrator.pace.repeatable {
            self.last = recorded;
            return Ok(());
        }
        let Some(recorded) = recorded else { return Ok(()) };
        let arguments = json!({ "session_id": session.session_id, "limit": 500 });
        let page: TradePage = self.orchestrator.executor.call("list_trades", arguments).await?;
        let ours = format!("{}:", session.session_id);
        let trades = page.trades.into_iter().rev().filter(|trade| trade.order_id.starts_with(&ours));
        self.orders =
            trades.map(|trade| Sent { order: trade.order_id, tick: trade.tick, at: Instant::now() }).collect();
        self.last = Some(recorded.saturating_sub(1));
        Ok(())
    }

    /// Waits for the next tick and plays its round.
    pub(super) async fn next(&mut self) -> Result<(), RoundError> {
        let now: Price = self.orchestrator.market.call("get_price", json!({ "symbol": LISTINGS[0].symbol })).await?;
        self.tick = Duration::from_millis(now.tick_ms.max(1));
        self.mind_the_market(now.tick).await?;
        let tick = self.orchestrator.pace.next(self.last, now.tick);
        if tick > now.tick {
            sleep(Duration::from_millis((now.tick_ms / 5).clamp(10, 1_000))).await;
            return Ok(());
        }
        if self.orchestrator.state().paused {
            self.while_paused(tick).await?;
            self.last = Some(tick);
            return Ok(());
        }
        let span = info_span!(target: TARGET, "vote", tick, "otel.status_code" = Empty);
        self.play(tick).instrument(span.clone()).await.inspect_err(|_| _ = span.record("otel.status_code", "error"))?;
        self.last = Some(tick);
        let mut state = self.orchestrator.state();
        state.rounds += 1;
        state.tick = Some(tick);
        Ok(())
    }

    /// Sees whether the market has lost its clock. Rounds at ticks that have had one would meet the orders and values of the first, so they belong
    /// to another session; a run that is repeatable waits, since the ticks that come are those that have been.
    async fn mind_the_market(&mut self, now: u64) -> Result<(), RoundError> {
        let Some(last) =
            self.last.filter(|last| self.tick.as_secs_f64() * last.saturating_sub(now) as f64 > ANEW.as_secs_f64())
        else {
            return Ok(());
        };
        if self.orchestrator.pace.repeatable {
            return Err(RoundError::Behind { now, last });
        }
        let session = self.orchestrator.start_anew().await?.session_id;
        tracing::warn!("the market has begun anew, at tick {now} after {last}: trading goes on in session {session}");
        self.last = None;
        Ok(())
    }

    /// Nothing is decided, but everybody sees that trading is halted.
    async fn while_paused(&mut self, tick: u64) -> Result<(), RoundError> {
        self.orchestrator.publish(Subject::Control, &Control::Pause).await?;
        let stats = self.orchestrator.opening(tick).await?;
        self.breaker(tick, &stats, true).await?;
        while let Ok(signal) = self.signals.try_recv() {
            self.count_signal(&signal, SignalResult::Stale);
        }
        Ok(())
    }

    async fn play(&mut self, tick: u64) -> Result<(), RoundError> {
        let stats = self.orchestrator.opening(tick).await?;
        let breaker = self.breaker(tick, &stats, false).await?;
        let (signals, first) = self.collect(tick).await?;
        if self.orchestrator.state().paused {
            // Halted meanwhile: nothing is decided any more.
            return Ok(());
        }
        let mut situation = Situation { tick, stats, breaker };
        for listing in LISTINGS {
            let voices = signals.iter().filter(|((_, symbol), _)| symbol == listing.symbol).map(|(_, signal)| signal);
            let voices: Vec<&Signal> = voices.collect();
            let vote = vote::count(voices.iter().copied());
            let risk = voices.iter().find(|signal| signal.agent == RiskAgent::NAME).copied();
            let decision = self.decide(&mut situation, listing.symbol, vote, risk).await?;
            families::consensus_ratio().observe(vote.consensus);
            families::decisions_total(decision.action).inc();
            let decision = self.orchestrator.state().decide(decision);
            self.orchestrator.publish(Subject::Decisions, &decision).await?;
        }
        if let Some(first) = first {
            families::voting_duration_seconds().observe(first.elapsed().as_secs_f64());
        }
        Ok(())
    }

    async fn breaker(&mut self, tick: u64, stats: &SessionStats, manual_halt: bool) -> Result<Breaker, CallError> {
        let repeatable = self.orchestrator.pace.repeatable;
        let minute = (MINUTE.as_millis() / self.tick.as_millis().max(1)) as u64;
        // A run that is repeatable counts by ticks: how fast the machine plays them says nothing.
        let is_old = |sent: &Sent| if repeatable { sent.tick + minute < tick } else { sent.at.elapsed() > MINUTE };
        self.orders.retain(|sent| !is_old(sent));
        let orders = self.orders.iter().filter(|sent| !repeatable || sent.tick < tick).count();
        let chart: Chart = self
            .orchestrator
            .market
            .call("get_market_chart", json!({ "symbol": LISTINGS[0].symbol, "limit": RETURNS + 1, "at": tick }))
            .await?;
        let arguments = json!({
            "drawdown": stats.current_drawdown,
            "volatility": volatility(&chart),
            "orders_per_minute": orders,
            "manual_halt": manual_halt,
            "tripped": self.tripped,
        });
        let breaker: Breaker = self.orchestrator.analyzer.call("check_circuit_breaker", arguments).await?;
        self.tripped.clone_from(&breaker.reasons);
        Ok(breaker)
    }

    /// Asks all agents, and waits until each has spoken on each pair, or the patience ends. Answers the signals by agent and
    /// pair, and when the first came.
    async fn collect(
        &mut self,
        tick: u64,
    ) -> Result<(BTreeMap<(String, String), Signal>, Option<Instant>), RoundError> {
        let symbols: Vec<String> = LISTINGS.iter().map(|listing| listing.symbol.to_owned()).collect();
        self.attempt.1 += 1;
        let attempt = format!("{:x}-{}", self.attempt.0, self.attempt.1);
        let call = Control::Round { tick, symbols, attempt };
        let wanted = (WEIGHTS.len() + 1) * LISTINGS.len();
        let end = Instant::now() + self.orchestrator.pace.patience;
        let mut again = Instant::now();
        let mut first = None;
        let mut signals = BTreeMap::new();
        while signals.len() < wanted && Instant::now() < end && !self.orchestrator.state().paused {
            if Instant::now() >= again {
                self.orchestrator.publish(Subject::Control, &call).await?;
                again = Instant::now() + AGAIN;
            }
            let Ok(Some(signal)) = timeout_at(end.min(again), self.signals.recv()).await else { continue };
            let key = (signal.agent.clone(), signal.symbol.clone());
            let result = if signal.tick != tick {
                SignalResult::Stale
            } else if signals.contains_key(&key) || !LISTINGS.iter().any(|listing| listing.symbol == signal.symbol) {
                SignalResult::Dropped
            } else {
                SignalResult::Accepted
            };
            self.count_signal(&signal, result);
            if result == SignalResult::Accepted {
                first.get_or_insert_with(Instant::now);
                signals.insert(key, signal);
            }
        }
        if self.orchestrator.pace.repeatable && signals.len() < wanted && !self.orchestrator.state().paused {
            return Err(RoundError::Silent { tick, agents: silent(&signals) });
        }
        Ok((signals, first))
    }

    fn count_signal(&self, signal: &Signal, result: SignalResult) {
        families::signals_total(result).inc();
        if result != SignalResult::Dropped {
            self.orchestrator.state().hear(signal);
        }
    }

    async fn decide(
        &mut self,
        situation: &mut Situation,
        symbol: &str,
        vote: Vote,
        risk: Option<&Signal>,
    ) -> Result<Decision, RoundError> {
        let Vote { outcome, consensus } = vote;
        let mut decision = Decision {
            number: 0,
            tick: situation.tick,
            symbol: symbol.to_owned(),
            action: Action::Hold,
            consensus,
            reason: format!("{:.0} % of the voting weight", 100.0 * consensus),
            order_id: None,
            decided_ms: now_ms(),
        };
        match outcome {
            Outcome::Hold => {}
            Outcome::NoConsensus => decision.action = Action::NoConsensus,
            Outcome::Sell => {
                decision.action = Action::Sell;
                match situation.stats.positions.iter().find(|position| position.symbol == symbol) {
                    Some(position) => {
                        let quantity = position.quantity;
                        self.order(situation, &mut decision, Side::Sell, quantity).await?;
                    }
                    None => decision.reason += "; nothing is held",
                }
            }
            Outcome::Buy => {
                let quantity = self.stake(situation, symbol).await?;
                match self.objection(situation, symbol, quantity, risk).await? {
                    Some(reason) => (decision.action, decision.reason) = (Action::Vetoed, reason),
                    None => {
                        decision.action = Action::Buy;
                        self.order(situation, &mut decision, Side::Buy, quantity.quantity).await?;
                    }
                }
            }
        }
        Ok(decision)
    }

    /// How much to buy: a share of the portfolio, rounded down to what is worth a line in the books.
    async fn stake(&self, situation: &Situation, symbol: &str) -> Result<Stake, CallError> {
        let arguments = json!({ "symbol": symbol, "at": situation.tick });
        let price: Price = self.orchestrator.market.call("get_price", arguments).await?;
        let usd = (STAKE * situation.stats.portfolio_value_usd).min(0.95 * situation.stats.cash_usd).max(0.0);
        let quantity = (usd / price.ask * 1e5).floor() / 1e5;
        Ok(Stake { quantity, value_usd: quantity * price.ask })
    }

    /// Why nothing may be bought, if so: the circuit breaker, a limit, or the risk agent (also if it is silent).
    async fn objection(
        &self,
        situation: &Situation,
        symbol: &str,
        stake: Stake,
        risk: Option<&Signal>,
    ) -> Result<Option<String>, RoundError> {
        if situation.breaker.tripped {
            return Ok(Some(format!("the circuit breaker has tripped: {:?}", situation.breaker.reasons)));
        }
        if stake.quantity <= 0.0 {
            return Ok(Some("no cash is left".to_owned()));
        }
        let stats = &situation.stats;
        let held = |wanted: bool| {
            let positions = stats.positions.iter().filter(move |position| (position.symbol == symbol) == wanted);
            positions.map(|position| position.value_usd)
        };
        let this = held(true).sum::<f64>() + stake.value_usd;
        let portfolio = Portfolio {
            value_usd: stats.portfolio_value_usd,
            largest_position_usd: held(false).fold(this, f64::max),
            exposure_usd: stats.exposure_usd + stake.value_usd,
            drawdown: stats.current_drawdown,
            daily_loss_usd: (-stats.total_pnl_usd).max(0.0),
            var_usd: 0.0,
        };
        let arguments = json!({ "portfolio": portfolio, "limits": Limits::default() });
        let check: LimitCheck = self.orchestrator.analyzer.call("check_limits", arguments).await?;
        let broken: Vec<String> = check
            .breaches
            .iter()
            .map(|breach| format!("{:?} {:.2} > {}", breach.limit_type, breach.value, breach.limit))
            .collect();
        if !check.approved {
            return Ok(Some(format!("limits: {}", broken.join(", "))));
        }
        Ok(match risk {
            None => Some(format!("{} is silent", RiskAgent::NAME)),
            Some(signal) if signal.veto => Some(format!("{} objects: {}", RiskAgent::NAME, signal.reason)),
            Some(_) => None,
        })
    }

    /// Sends an order until somebody says what became of it: its id makes that safe.
    async fn order(
        &mut self,
        situation: &mut Situation,
        decision: &mut Decision,
        side: Side,
        quantity: f64,
    ) -> Result<(), RoundError> {
        let id = format!("{}:{}:{}", situation.stats.session_id, situation.tick, decision.symbol);
        let tick = situation.tick;
        let repeatable = self.orchestrator.pace.repeatable;
        // Otherwise the book of now counts, whatever has happened since the round began.
        let at = repeatable.then_some(tick);
        let arguments = json!({
            "order_id": id, "symbol": decision.symbol, "side": side, "quantity": quantity, "at": at,
        });
        let end = Instant::now() + INSIST;
        let executor = &self.orchestrator.executor;
        let order: Order = loop {
            match executor.call("place_market_order", &arguments).await {
                Ok(order) => break order,
                // The round was cut off after it, and decides otherwise now: what was done counts.
                Err(error) if error.code() == Some(OrderError::OTHER_ORDER) => {
                    break executor.call("get_order_status", json!({ "order_id": id })).await?;
                }
                Err(error) if Instant::now() >= end => return Err(error.into()),
                Err(error) => {
                    tracing::warn!("{error}; sending the order again");
                    sleep(Duration::from_millis(500)).await;
                }
            }
        };
        if let (OrderStatus::Rejected, Some(reason)) = (order.status, &order.reason) {
            decision.reason += &format!("; the order was refused: {reason}");
        }
        decision.order_id = Some(id.clone());
        let trade = order.trade.map(|trade| trade.number);
        // A restart finds executed orders again, and no others. A round that is played again sends none twice.
        let counts = trade.is_some() || !repeatable;
        if counts && !self.orders.iter().any(|sent| sent.order == id) {
            self.orders.push_back(Sent { order: id, tick, at: Instant::now() });
        }
        if let Some(trade) = trade {
            situation.stats = self.orchestrator.after(tick, trade).await?;
        }
        Ok(())
    }
}

/// The agents that have not spoken on every pair.
fn silent(signals: &BTreeMap<(String, String), Signal>) -> Vec<String> {
    let agents = WEIGHTS.iter().map(|(agent, _)| *agent).chain([RiskAgent::NAME]);
    let spoken = |agent: &&str| signals.keys().filter(|(name, _)| name == agent).count() == LISTINGS.len();
    agents.filter(|agent| !spoken(agent)).map(str::to_owned).collect()
}

/// What a purchase would be.
#[derive(Clone, Copy)]
struct Stake {
    quantity: f64,
    value_usd: f64,
}

/// The standard deviation of the returns of a minute.
fn volatility(chart: &Chart) -> f64 {
    use statrs::statistics::Statistics;
    let returns: Vec<f64> = chart.candles.windows(2).map(|pair| pair[1].close / pair[0].close - 1.0).collect();
    if returns.len() < 2 { 0.0 } else { returns.std_dev() }
}
