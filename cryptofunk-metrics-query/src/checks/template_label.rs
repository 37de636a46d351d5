use cryptofunk_metrics_catalog::message::Message;

use crate::{
    context::Context, findings::Findings, infer::presence, inferred::Inferred, lint_rule::LintRule, node::Span,
    presence::LabelPresence,
};

/// A template or legend that prints a label which the query has lost.
pub(crate) const fn template_label(
    context: &Context<'_>,
    series: &Inferred<'_>,
    printed: &[&str],
    found: &mut Findings<'_>,
) {
    let mut i = 0;
    while i < printed.len() {
        if matches!(presence(context, series, printed[i]), LabelPresence::No) {
            found.add(LintRule::TemplateLabel, message(printed[i]), Span::NONE);
        }
        i += 1;
    }
}

const fn message(label: &str) -> Message {
    Message::new()
        .push("a template prints the label `")
        .push(label)
        .push("`, but the query's series do not have it, so it prints nothing; keep the label in the grouping, or leave it out of the text")
}
