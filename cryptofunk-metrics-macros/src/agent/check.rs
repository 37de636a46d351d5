use syn::ReturnType;

use super::parse::{Agent, Analysis};
use crate::{component, diagnostics::Diagnostics, llm_call, receiver, signature};

pub(super) fn agent(agent: &Agent, errors: &mut Diagnostics) {
    let ty = &agent.block.self_ty;
    component::header(&agent.header, ty, errors);
    if agent.docs.is_none() && errors.is_empty() {
        errors.error(
            ty,
            "this agent needs a doc comment on its impl block: it is what its page and the documents say of it",
        );
    }
    for analysis in &agent.analyses {
        self::analysis(analysis, errors);
    }
    llm_call::calls(&agent.calls, errors);
    component::checks(&agent.checks, errors);
}

fn analysis(Analysis { method, .. }: &Analysis, errors: &mut Diagnostics) {
    let ident = &method.sig.ident;
    receiver::check("an analysis runs beside others", method, errors);
    if method.sig.asyncness.is_none() {
        errors.error(
            method.sig.fn_token,
            format!("an analysis is `async fn {ident}`, so that one that is late or not wanted any more can be ended"),
        );
    }
    if !signature::may_return_result(&method.sig.output) {
        let message = "`#[analysis]` needs `Result<T, E>`: a signal (a type that implements `AgentSignal`), or the reason why there \
                       is none";
        match &method.sig.output {
            ReturnType::Type(_, ty) => errors.error(ty, message),
            ReturnType::Default => errors.error(ident, message),
        }
    }
}
