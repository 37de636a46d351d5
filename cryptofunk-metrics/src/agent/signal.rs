use cryptofunk_metrics_catalog::descriptor::LabelValues;

use crate::label::{Label, Part};

/// What an [`#[analysis]`](macro@crate::analysis) concludes: the value in its `Ok`. It is counted by kind, and its confidence is observed.
///
/// ```
/// use cryptofunk_metrics::{Label, agent::AgentSignal};
///
/// #[derive(Label, Clone, Copy)]
/// enum Advice { Buy, Sell, Hold }
///
/// struct Opinion { score: f64 } // from -1 to 1
///
/// impl AgentSignal for Opinion {
///     type Kind = Advice;
///     fn kind(&self) -> Advice {
///         match self.score {
///             0.2.. => Advice::Buy,
///             ..-0.2 => Advice::Sell,
///             _ => Advice::Hold,
///         }
///     }
///     fn confidence(&self) -> f64 {
///         self.score.abs()
///     }
/// }
/// # assert!(matches!(Opinion { score: 0.5 }.kind(), Advice::Buy));
/// ```
///
/// The families that the agent records it in declare the same kind. An agent with another one does not build; `cargo check` does not see it:
///
/// ```compile_fail
/// # use cryptofunk_metrics::{Label, agent, agent::AgentSignal, metrics};
/// # #[derive(Label, Clone, Copy)]
/// # enum Folder { Inbox }
/// # #[derive(Label, Clone, Copy)]
/// # enum Priority { Urgent }
/// # struct Sorted;
/// # impl AgentSignal for Sorted {
/// #     type Kind = Folder;
/// #     fn kind(&self) -> Folder { Folder::Inbox }
/// #     fn confidence(&self) -> f64 { 1.0 }
/// # }
/// # struct Sorter;
/// #[metrics(namespace = "mail", convention = "agent")]
/// #[convention(signal = super::Priority)]
/// mod families {}
///
/// /// Sorts mail.
/// #[agent(name = "sorter", port = 9199, families = families)]
/// impl Sorter {
///     #[analysis]
///     async fn analyze(&self) -> Result<Sorted, String> { // a `Sorted` is of the kind `Folder`
///         Ok(Sorted)
///     }
/// }
/// # fn main() { drop(Sorter.analyze()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no signal",
    label = "an analysis returns `Result<S, E>` with a signal `S`, which has a kind and a confidence",
    note = "implement `cryptofunk_metrics::agent::AgentSignal` for `{Self}`"
)]
pub trait AgentSignal {
    /// The label of its kind: what signals of this domain advise. With families of yours it is the type in `#[convention(signal = …)]`; the
    /// library's own families take any closed or fixed label, such as [`SignalKind`](crate::catalog::agent::SignalKind).
    type Kind: Label;
    /// What the signal advises: the label of the counter of signals.
    fn kind(&self) -> Self::Kind;
    /// How sure the agent is, from 0 to 1.
    fn confidence(&self) -> f64;
}

/// Whether the label that families declare for signals can hold the values of the user's.
pub(super) const fn fits(declared: &LabelValues, kind: &LabelValues) -> bool {
    match (declared, kind) {
        // A text may be any value that is written in the code.
        (LabelValues::Fixed, LabelValues::Open { .. }) => false,
        (LabelValues::Fixed, _) => true,
        _ => declared.is_same(kind),
    }
}

/// A value of the user's label, as the declared one takes it.
pub(super) fn part<'k, K: Label>(declared: &LabelValues, kind: &'k K) -> Part<'k> {
    match declared {
        LabelValues::Fixed => Part::Text(kind.label_value()),
        _ => kind.part(),
    }
}
