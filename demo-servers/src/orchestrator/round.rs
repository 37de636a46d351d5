//! One round: the agents are asked, their signals are counted, and what they decide is carried out.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use cryptofunk_metrics::{Component, agent::CallError};
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout_at},
};

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
        trading::{OrderStatus, Side},
    },
    market_data::{Chart, LISTINGS, Price},
    order_executor::{Order, SessionStats},
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

/// Why a round did not take place.
#[derive(Debug, thiserror::Error)]
pub(super) enum RoundError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// The market, one round after the other.
pub(super) struct Rounds {
    orchestrator: Arc<Orchestrator>,
    signals: mpsc::Receiver<Signal>,
    /// When orders were sent, in the last minute.
    orders: VecDeque<Instant>,
    last: Option<u64>,
}

/// What is known when a round is decided.
struct Situation {
    tick: u64,
    stats: SessionStats,
    breaker: Breaker,
}

impl Rounds {
    pub(super) fn new(orchestrator: Arc<Orchestrator>, signals: mpsc::Receiver<Signal>) -> Self {
        Rounds { orchestrator, signals, orders: VecDeque::new(), last: None }
    }

    /// Waits for the next tick and plays its round.
    pub(super) async fn next(&mut self) -> Result<(), RoundError> {
        let now: Price = self.orchestrator.market.call("get_price", json!({ "symbol": LISTINGS[0].symbol })).await?;
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
        self.play(tick).await?;
        self.last = Some(tick);
        let mut state = self.orchestrator.state();
        state.rounds += 1;
        state.tick = Some(tick);
        Ok(())
    }

    /// Nothing is decided, but everybody sees that trading is halted.
    async fn while_paused(&mut self, tick: u64) -> Result<(), RoundError> {
        self.orchestrator.publish(Subject::Control, &Control::Pause).await?;
        let stats = self.orchestrator.stats(tick, true).await?;
        self.breaker(tick, &stats, true).await?;
        while let Ok(signal) = self.signals.try_recv() {
            self.count_signal(&signal, SignalResult::Stale);
        }
        Ok(())
    }

    async fn play(&mut self, tick: u64) -> Result<(), RoundError> {
        let stats = self.orchestrator.stats(tick, true).await?;
        let breaker = self.breaker(tick, &stats, false).await?;
        let (signals, first) = self.collect(tick).await?;
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
        while self.orders.front().is_some_and(|sent| sent.elapsed() > Duration::from_secs(60)) {
            self.orders.pop_front();
        }
        let chart: Chart = self
            .orchestrator
            .market
            .call("get_market_chart", json!({ "symbol": LISTINGS[0].symbol, "limit": RETURNS + 1, "at": tick }))
            .await?;
        let arguments = json!({
            "drawdown": stats.current_drawdown,
            "volatility": volatility(&chart),
            "orders_per_minute": self.orders.len(),
            "manual_halt": manual_halt,
        });
        self.orchestrator.analyzer.call("check_circuit_breaker", arguments).await
    }

    /// Asks all agents, and waits until each has spoken on each pair, or the patience ends. Answers the signals by agent and
    /// pair, and when the first came.
    async fn collect(
        &mut self,
        tick: u64,
    ) -> Result<(BTreeMap<(String, String), Signal>, Option<Instant>), RoundError> {
        let symbols: Vec<String> = LISTINGS.iter().map(|listing| listing.symbol.to_owned()).collect();
        let call = Control::Round { tick, symbols };
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
        let arguments = json!({
            "order_id": id, "symbol": decision.symbol, "side": side, "quantity": quantity, "at": situation.tick,
        });
        self.orders.push_back(Instant::now());
        let end = Instant::now() + INSIST;
        let order: Order = loop {
            match self.orchestrator.executor.call("place_market_order", &arguments).await {
                Ok(order) => break order,
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
        decision.order_id = Some(order.order_id);
        situation.stats = self.orchestrator.stats(situation.tick, false).await?;
        Ok(())
    }
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
