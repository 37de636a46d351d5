//! The vote: who is heard how loudly, and what it takes to act.

use std::collections::BTreeMap;

use cryptofunk_metrics::Component;

use crate::{
    agents::{
        arbitrage::ArbitrageAgent, orderbook::OrderBookAgent, reversion::ReversionAgent, sentiment::SentimentAgent,
        technical::TechnicalAgent, trend::TrendAgent,
    },
    bus::message::Signal,
    domain::agents::Advice,
};

/// The weights of the agents that vote. They add up to 1; an agent that is not here has no vote.
pub const WEIGHTS: [(&str, f64); 6] = [
    (TechnicalAgent::NAME, 0.20),
    (OrderBookAgent::NAME, 0.20),
    (SentimentAgent::NAME, 0.15),
    (TrendAgent::NAME, 0.20),
    (ReversionAgent::NAME, 0.15),
    (ArbitrageAgent::NAME, 0.10),
];

/// The weight that must have been heard for a decision.
pub const QUORUM: f64 = 0.5;
/// The share of the support for buying and selling together that the stronger one needs.
pub const CONSENSUS: f64 = 0.6;
/// The support, weight times confidence, from which on it is worth to act.
pub const CONVICTION: f64 = 0.18;

/// What a vote ended in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// To buy.
    Buy,
    /// To sell.
    Sell,
    /// Too few speak for either.
    Hold,
    /// Too few were heard, or both sides are strong.
    NoConsensus,
}

/// A vote, counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vote {
    /// What it ended in.
    pub outcome: Outcome,
    /// The share of the voting weight behind that, from 0 to 1.
    pub consensus: f64,
}

/// Counts the signals on one pair; of several from one agent the last counts.
///
/// Each agent supports its advice with its weight times its confidence. Support for buying and for selling are compared: the
/// stronger one wins if it has the [`CONVICTION`] and is [`CONSENSUS`] of both. Confidence in holding counts for neither: it
/// keeps the others from conviction by not joining them.
pub fn count<'a>(signals: impl IntoIterator<Item = &'a Signal>) -> Vote {
    let voters: BTreeMap<&str, &Signal> = signals.into_iter().map(|signal| (signal.agent.as_str(), signal)).collect();
    let mut heard = 0.0;
    let mut behind = [0.0; 3];
    let mut support = [0.0; 3];
    for (name, weight) in WEIGHTS {
        if let Some(signal) = voters.get(name) {
            heard += weight;
            behind[signal.advice as usize] += weight;
            support[signal.advice as usize] += weight * signal.confidence.clamp(0.0, 1.0);
        }
    }
    let (buy, sell) = (support[Advice::Buy as usize], support[Advice::Sell as usize]);
    let (side, outcome) = if buy >= sell { (Advice::Buy, Outcome::Buy) } else { (Advice::Sell, Outcome::Sell) };
    let strongest = buy.max(sell);
    let (side, outcome) = if heard < QUORUM {
        (side, Outcome::NoConsensus)
    } else if strongest < CONVICTION {
        (Advice::Hold, Outcome::Hold)
    } else if strongest < CONSENSUS * (buy + sell) {
        (side, Outcome::NoConsensus)
    } else {
        (side, outcome)
    };
    Vote { outcome, consensus: if heard > 0.0 { behind[side as usize] / heard } else { 0.0 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(agent: &str, advice: Advice, confidence: f64) -> Signal {
        Signal {
            agent: agent.to_owned(),
            symbol: "BTC-USD".to_owned(),
            tick: 1,
            advice,
            confidence,
            reason: String::new(),
            veto: false,
        }
    }

    fn everybody(advice: [(Advice, f64); 6]) -> Vec<Signal> {
        WEIGHTS.iter().zip(advice).map(|((name, _), (advice, confidence))| signal(name, advice, confidence)).collect()
    }

    #[test]
    fn weights_add_up_to_one() {
        assert!((WEIGHTS.iter().map(|(_, weight)| weight).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn by_hand() {
        use Advice::{Buy, Hold, Sell};
        // Buying: 0.20 × 0.8 + 0.20 × 0.5 = 0.26; selling: 0.15 × 0.2 = 0.03.
        let vote = count(&everybody([(Buy, 0.8), (Buy, 0.5), (Sell, 0.2), (Hold, 1.0), (Hold, 1.0), (Hold, 1.0)]));
        assert_eq!(vote.outcome, Outcome::Buy);
        assert!((vote.consensus - 0.4).abs() < 1e-12);
        // Both sides are strong: 0.20 against 0.20.
        let vote = count(&everybody([(Buy, 1.0), (Sell, 1.0), (Hold, 1.0), (Hold, 1.0), (Hold, 1.0), (Hold, 1.0)]));
        assert_eq!(vote.outcome, Outcome::NoConsensus);
        // Nobody is convinced: 0.02 + 0.02.
        let vote = count(&everybody([(Sell, 0.1), (Sell, 0.1), (Hold, 1.0), (Hold, 1.0), (Hold, 1.0), (Hold, 1.0)]));
        assert_eq!(vote.outcome, Outcome::Hold);
        assert!((vote.consensus - 0.6).abs() < 1e-12);
    }

    #[test]
    fn few_voices_decide_nothing() {
        let two = [signal(TechnicalAgent::NAME, Advice::Buy, 1.0), signal(TrendAgent::NAME, Advice::Buy, 1.0)];
        assert_eq!(count(&two), Vote { outcome: Outcome::NoConsensus, consensus: 1.0 });
        assert_eq!(count(&[]).consensus, 0.0);
    }

    #[test]
    fn strangers_have_no_vote_and_nobody_votes_twice() {
        let mut signals = everybody([(Advice::Hold, 1.0); 6]);
        signals.push(signal("stranger", Advice::Buy, 1.0));
        signals.push(signal(TrendAgent::NAME, Advice::Sell, 1.0));
        signals.push(signal(TrendAgent::NAME, Advice::Hold, 1.0));
        assert_eq!(count(&signals), Vote { outcome: Outcome::Hold, consensus: 1.0 });
    }
}
