use std::collections::HashMap;

use syn::{ReturnType, Type};

use cryptofunk_metrics_catalog::names::is_component_name;

use super::parse::{Component, Header, HealthCheck};
use crate::{
    attr::{Port, Text, cfgs},
    diagnostics::Diagnostics,
    llm_call, receiver, signature,
};

pub(super) fn component(component: &Component, errors: &mut Diagnostics) {
    let ty = &component.block.self_ty;
    header(&component.header, ty, errors);
    if component.docs.is_none() && errors.is_empty() {
        errors.error(
            ty,
            "this component needs a doc comment on its impl block: it is what its page and the documents say of it",
        );
    }
    checks(&component.checks, errors);
    llm_call::calls(&component.calls, errors);
}

/// Checks the name and the port; and what a component is called in messages.
pub(crate) fn header(header: &Header, ty: &Type, errors: &mut Diagnostics) {
    let Header { attribute, .. } = header;
    let (what, label, example) = match *attribute {
        "mcp_server" => ("server", "server", "risk-analyzer"),
        "agent" => ("agent", "agent", "technical-agent"),
        _ => ("component", "component", "orchestrator"),
    };
    match &header.name {
        Some(Text::Written(name)) if !is_component_name(&name.value()) => errors.error(
            name,
            format!(
                "`{}` cannot be the name of {} {what}: use lower-case letters, digits and `-`, as in `{example}`",
                name.value(),
                if what == "agent" { "an" } else { "a" },
            ),
        ),
        None if header.keys_are_right => errors.error(
            ty,
            format!(
                "this {what} needs a name, the value of its `{label}` label: `#[{attribute}(name = \"…\", port = …)]`"
            ),
        ),
        _ => {}
    }
    match &header.port {
        Some(Port::Written(port)) => match port.base10_parse::<u16>() {
            Ok(0) => errors.error(
                port,
                format!(
                    "port 0 means any free port; {} {what}'s metrics need one that Prometheus can be told: 1 to 65535",
                    if what == "agent" { "an" } else { "a" },
                ),
            ),
            Ok(_) => {}
            Err(_) => errors.error(port, format!("{port} is no port: ports go from 1 to 65535")),
        },
        Some(Port::Computed(_)) => {}
        None if header.keys_are_right => {
            let port = match what {
                "agent" => 9101,
                "component" => 8081,
                _ => 9203,
            };
            errors.error(
                ty,
                format!("this {what} needs the port of its metrics: `#[{attribute}(name = \"…\", port = {port})]`"),
            );
        }
        None => {}
    }
}

/// Checks the health checks of a block.
pub(crate) fn checks(checks: &[HealthCheck], errors: &mut Diagnostics) {
    let mut names: HashMap<String, &HealthCheck> = HashMap::new();
    for check in checks {
        let HealthCheck { method, rename, .. } = check;
        receiver::check("a health check runs beside everything else", method, errors);
        if let Some(argument) = method.sig.inputs.iter().nth(1) {
            errors.error(argument, "a health check takes nothing but `&self`: nobody is there to pass it anything");
        }
        if !signature::may_return_result(&method.sig.output) {
            let message = "a health check returns `Result<(), E>`; the error's text is what `/health` shows";
            match &method.sig.output {
                ReturnType::Type(_, ty) => errors.error(ty, message),
                ReturnType::Default => errors.error(&method.sig.ident, message),
            }
        }
        // Two that are compiled under conditions may be two forms of one.
        if cfgs(&method.attrs).next().is_none()
            && let Some(name) = check.written_name()
            && let Some(first) = names.insert(name.clone(), check)
        {
            let message = format!(
                "two health checks are called `{name}`; the other one is the method `{}`",
                first.method.sig.ident
            );
            match rename {
                Some(rename) => errors.error(rename, message),
                None => errors.error(&method.sig.ident, message),
            }
        }
    }
}
