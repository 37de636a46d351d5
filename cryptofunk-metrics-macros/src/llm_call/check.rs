use syn::ReturnType;

use super::parse::LlmCall;
use crate::{attr::literal, diagnostics::Diagnostics, receiver, signature};

/// Checks the LLM calls of a block.
pub(crate) fn calls(calls: &[LlmCall], errors: &mut Diagnostics) {
    for call in calls {
        self::call(call, errors);
    }
}

fn call(call: &LlmCall, errors: &mut Diagnostics) {
    let LlmCall { method, provider, model, operation, keys_are_right, .. } = call;
    let ident = &method.sig.ident;
    receiver::check("an LLM call runs beside others", method, errors);
    if method.sig.asyncness.is_none() {
        errors.error(
            method.sig.fn_token,
            format!("an LLM call is `async fn {ident}`, so that one that is late or not wanted any more can be ended"),
        );
    }
    if !signature::may_return_result(&method.sig.output) {
        let message = "`#[llm_call]` needs `Result<T, E>`: an answer with its tokens (a type that implements `LlmUsage`), or the \
                       reason why there is none";
        match &method.sig.output {
            ReturnType::Type(_, ty) => errors.error(ty, message),
            ReturnType::Default => errors.error(ident, message),
        }
    }
    if provider.is_none() && *keys_are_right {
        errors.error(
            ident,
            "this LLM call needs a provider, the value of its `provider` label: `#[llm_call(provider = \"openai\")]`",
        );
    }
    let values = [
        (provider, "a provider", "openai", is_name as fn(&str) -> bool),
        (model, "a model", "gpt-5-mini", is_model),
        (operation, "an operation", "chat", is_name),
    ];
    for (value, what, example, is_right) in values {
        if let Some(text) = value.as_ref().and_then(literal)
            && !is_right(&text.value())
        {
            let allowed = if what == "a model" { "letters" } else { "lower-case letters" };
            errors.error(
                &text,
                format!(
                    "`{}` cannot be the name of {what}: use {allowed}, digits, `-`, `_` and `.`, as in `{example}`",
                    text.value()
                ),
            );
        }
    }
}

fn is_name(name: &str) -> bool {
    let ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    (1..=63).contains(&name.len()) && name.bytes().all(ok)
}

fn is_model(name: &str) -> bool {
    let ok = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b'@');
    (1..=128).contains(&name.len()) && name.bytes().all(ok)
}
