//! Which signals are listened to: those of agents that have a say, on pairs that are traded, and no longer than what an agent says.

use cryptofunk_metrics::Component;

use super::vote::WEIGHTS;
use crate::{agents::risk::RiskAgent, bus::message::Signal, market_data::LISTINGS};

/// The longest reason, in bytes. So the signals that are kept have a bound in bytes, too.
const REASON: usize = 500;
/// The longest message, in bytes: a signal with such a reason, in which JSON escapes every byte.
pub(super) const MESSAGE: usize = 4 * 1024;

/// Whether an agent of this name has a say.
pub(super) fn is_known(agent: &str) -> bool {
    agent == RiskAgent::NAME || WEIGHTS.iter().any(|(name, _)| *name == agent)
}

/// Whether a signal is one that an agent of ours would send.
pub(super) fn is_admitted(signal: &Signal) -> bool {
    is_known(&signal.agent)
        && LISTINGS.iter().any(|listing| listing.symbol == signal.symbol)
        && (0.0..=1.0).contains(&signal.confidence)
        && signal.reason.len() <= REASON
}

#[cfg(test)]
mod tests {
    use super::{super::state::State, *};
    use crate::domain::agents::Advice;

    fn signal(reason: String) -> Signal {
        Signal {
            agent: RiskAgent::NAME.to_owned(),
            symbol: LISTINGS[0].symbol.to_owned(),
            tick: u64::MAX,
            advice: Advice::Hold,
            confidence: 0.123_456_789_012_345_68,
            reason,
            veto: false,
        }
    }

    #[test]
    fn what_no_agent_would_send_is_not_admitted() {
        let right = signal("for a reason".to_owned());
        assert!(is_admitted(&right));
        for wrong in [
            Signal { agent: "stranger".to_owned(), ..right.clone() },
            Signal { symbol: "x".repeat(1_000_000), ..right.clone() },
            Signal { confidence: 1.5, ..right.clone() },
            Signal { confidence: f64::NAN, ..right.clone() },
            Signal { reason: "x".repeat(REASON + 1), ..right.clone() },
        ] {
            assert!(!is_admitted(&wrong));
        }
    }

    #[test]
    fn the_longest_signal_is_a_message() {
        let longest = signal("\u{1}".repeat(REASON));
        assert!(is_admitted(&longest));
        assert!(serde_json::to_vec(&longest).expect("plain data").len() <= MESSAGE);
    }

    #[test]
    fn what_is_kept_is_bounded_in_bytes() {
        let mut state = State::new();
        let longest = signal("x".repeat(REASON));
        for _ in 0..20_000 {
            state.hear(&longest);
        }
        let texts = |signal: &Signal| signal.agent.len() + signal.symbol.len() + signal.reason.len();
        let bytes: usize = state.signals.iter().map(|signal| size_of::<Signal>() + texts(signal)).sum();
        assert!(bytes <= 4 * 1024 * 1024, "{bytes}");
    }
}
