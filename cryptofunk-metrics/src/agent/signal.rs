use cryptofunk_metrics_catalog::descriptor::LabelValues;

use crate::{
    conventions::agent::AgentFamilies,
    label::{Label, Part},
};

/// What an analysis concludes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no signal",
    label = "an analysis returns `Result<S, E>` with a signal `S`, which has a kind and a confidence",
    note = "implement `cryptofunk_metrics::agent::AgentSignal` for `{Self}`"
)]
pub trait AgentSignal {
    /// The label of its kind: what signals of this domain advise.
    type Kind: Label;
    /// What it advises.
    fn kind(&self) -> Self::Kind;
    /// How sure the agent is, from 0 to 1.
    fn confidence(&self) -> f64;
}

/// Whether the label that some families declare for signals can hold the values of another one.
pub(super) const fn fits(families: &Option<AgentFamilies>, kind: &LabelValues) -> bool {
    let Some(families) = families else { return true };
    match (&families.signal, kind) {
        // A text may be any value that is written in the code.
        (LabelValues::Fixed, LabelValues::Open { .. }) => false,
        (LabelValues::Fixed, _) | (LabelValues::Open { .. }, LabelValues::Open { .. }) => true,
        (LabelValues::Closed(declared), LabelValues::Closed(used))
        | (LabelValues::OnDemand(declared), LabelValues::OnDemand(used)) => same(declared, used),
        _ => false,
    }
}

const fn same(mut declared: &[&str], mut used: &[&str]) -> bool {
    while let ([one, left @ ..], [other, right @ ..]) = (declared, used) {
        if !cryptofunk_metrics_catalog::message::same(one, other) {
            return false;
        }
        (declared, used) = (left, right);
    }
    declared.is_empty() && used.is_empty()
}

/// A value of the user's label, as the declared one takes it.
pub(super) fn part<'k, K: Label>(families: &AgentFamilies, kind: &'k K) -> Part<'k> {
    match families.signal {
        LabelValues::Fixed => Part::Text(kind.label_value()),
        _ => kind.part(),
    }
}
