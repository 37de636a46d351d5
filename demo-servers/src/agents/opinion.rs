//! What agents think.

use cryptofunk_metrics::agent::{AgentSignal, CallError, TimedOut};

use crate::domain::agents::Advice;

/// What an agent thinks of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// What it advises.
    pub advice: Advice,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// Why, for people.
    pub reason: String,
    /// That nothing may be bought now.
    pub veto: bool,
}

impl Opinion {
    /// The opinion that follows from a score, which is above 0 for buying and below 0 for selling: at the threshold or beyond
    /// it is to act, with the score as confidence; within, it is to hold, the surer the nearer the score is to 0.
    pub fn of(score: f64, threshold: f64, reason: String) -> Self {
        let score = if score.is_nan() { 0.0 } else { score };
        let strength = score.abs().min(1.0);
        let (advice, confidence) = match score {
            score if score >= threshold => (Advice::Buy, strength),
            score if score <= -threshold => (Advice::Sell, strength),
            _ => (Advice::Hold, 1.0 - strength / threshold),
        };
        Opinion { advice, confidence, reason, veto: false }
    }
}

impl AgentSignal for Opinion {
    type Kind = Advice;
    fn kind(&self) -> Advice {
        self.advice
    }
    fn confidence(&self) -> f64 {
        self.confidence
    }
}

/// Why an agent has no opinion.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum AgentError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("the analysis took too long: {0}")]
    TimedOut(#[from] TimedOut),
    #[error("the market has no offers for {0}")]
    EmptyBook(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_becomes_an_opinion() {
        let opinion = |score| {
            let opinion = Opinion::of(score, 0.5, String::new());
            (opinion.advice, opinion.confidence)
        };
        assert_eq!(opinion(0.8), (Advice::Buy, 0.8));
        assert_eq!(opinion(-3.0), (Advice::Sell, 1.0));
        assert_eq!(opinion(0.25), (Advice::Hold, 0.5));
        assert_eq!(opinion(0.0), (Advice::Hold, 1.0));
        assert_eq!(opinion(f64::NAN).0, Advice::Hold);
    }
}
