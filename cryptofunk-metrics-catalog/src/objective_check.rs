//! What the compiler refuses of objectives. The macros call these where they write a constant, on the token that a message is about.

use crate::{
    descriptor::{MetricDescriptor, ToolDescriptor},
    message::{Message, ends_with, same},
    objective::{LatencyObjective, Objective},
};

/// A family that an objective is computed from, by convention and function.
struct Source {
    convention: &'static str,
    suffix: &'static str,
}

const OTEL: Source = Source { convention: "otel-mcp", suffix: "mcp_server_operation_duration_seconds" };

const fn mcp(suffix: &'static str) -> Source {
    Source { convention: "mcp", suffix }
}

/// What the success of a server's requests is computed from.
const SERVER_SUCCESS: [Source; 2] = [mcp("mcp_requests_total"), mcp("mcp_errors_total")];
/// What the success of a tool's calls is computed from.
const TOOL_SUCCESS: [Source; 2] = [mcp("mcp_tool_calls_total"), mcp("mcp_tool_errors_total")];
const SERVER_LATENCY: [Source; 1] = [mcp("mcp_request_duration_seconds")];
const TOOL_LATENCY: [Source; 1] = [mcp("mcp_tool_call_duration_seconds")];

/// Refuses a share that no calls can be held to.
#[track_caller]
pub const fn check_percent(percent: f64) {
    if percent == 100.0 {
        panic!(
            "an objective of 100 % leaves no error budget: the first failure breaks it for good; promise less, such as 99.9"
        );
    }
    if !(percent > 0.0 && percent < 100.0) {
        panic!("an objective is a share above 0 and below 100 percent, such as 99.5");
    }
    if percent <= 1.0 {
        panic!("an objective is written in percent: 99.5 promises that 995 of 1000 calls succeed");
    }
}

/// Refuses a success that the server's families do not count.
#[track_caller]
pub const fn check_server_success(modules: &[&'static [MetricDescriptor]]) {
    check_sources(modules, &SERVER_SUCCESS);
}

/// Refuses a success that the server's families do not count for its tools.
#[track_caller]
pub const fn check_tool_success(modules: &[&'static [MetricDescriptor]]) {
    check_sources(modules, &TOOL_SUCCESS);
}

/// Refuses a latency that is no bucket bound of the durations of the server's requests.
#[track_caller]
pub const fn check_server_latency(modules: &[&'static [MetricDescriptor]], seconds: f64) {
    check_bound(modules, &SERVER_LATENCY, seconds);
}

/// Refuses a latency that is no bucket bound of the durations of the server's tool calls.
#[track_caller]
pub const fn check_tool_latency(modules: &[&'static [MetricDescriptor]], seconds: f64) {
    check_bound(modules, &TOOL_LATENCY, seconds);
}

/// Refuses a tool that promises fewer successes than its server does.
#[track_caller]
pub const fn check_success_of_tool(tool: &str, promised: Objective, server: Objective) {
    let (Some(tools), Some(servers)) = (promised.success, server.success) else { return };
    if tools < servers {
        let message = Message::new().push("the tool `").push(tool).push("` promises ").push_decimal(tools);
        let message = message.push(" %, and its server ").push_decimal(servers);
        message
            .push(
                " % of all requests: when the tool is called the most, it keeps its promise and breaks the server's; ",
            )
            .push("raise the tool's, or lower the server's")
            .panic();
    }
}

/// Refuses a tool that promises less of its latency than its server does.
#[track_caller]
pub const fn check_latency_of_tool(tool: &str, promised: Objective, server: Objective) {
    let (Some(tools), Some(servers)) = (promised.latency, server.latency) else { return };
    let is_slower = tools.seconds >= servers.seconds && tools.percent <= servers.percent;
    let is_equal = tools.seconds == servers.seconds && tools.percent == servers.percent;
    if is_slower && !is_equal {
        let message = Message::new().push("the tool `").push(tool).push("` promises ");
        let message = push_latency(message, tools).push(", and its server ");
        push_latency(message, servers)
            .push(" of all requests: when the tool is called the most, it keeps its promise and breaks the server's; ")
            .push("raise the tool's, or lower the server's")
            .panic();
    }
}

/// Refuses the objectives of tools of another block, which does not know the server's families.
#[track_caller]
pub const fn check_tools(modules: &[&'static [MetricDescriptor]], server: Objective, tools: &[ToolDescriptor]) {
    let mut left = tools;
    while let [ToolDescriptor { name, objective, .. }, rest @ ..] = left {
        if objective.success.is_some() {
            check_tool_success(modules);
        }
        if let Some(latency) = objective.latency {
            check_tool_latency(modules, latency.seconds);
        }
        check_success_of_tool(name, *objective, server);
        check_latency_of_tool(name, *objective, server);
        left = rest;
    }
}

const fn push_latency(message: Message, LatencyObjective { percent, seconds }: LatencyObjective) -> Message {
    message.push_decimal(percent).push(" % within ").push_seconds(seconds)
}

/// The family of a source among those of some modules.
const fn find(modules: &[&'static [MetricDescriptor]], source: &Source) -> Option<&'static MetricDescriptor> {
    let mut left = modules;
    while let [module, rest @ ..] = left {
        let mut families = *module;
        while let [family, others @ ..] = families {
            if let Some(convention) = family.convention
                && same(convention, source.convention)
                && is_called(family.name, source.suffix)
            {
                return Some(family);
            }
            families = others;
        }
        left = rest;
    }
    None
}

/// Whether a family has this name, perhaps after a namespace.
const fn is_called(name: &str, suffix: &str) -> bool {
    ends_with(name, suffix) && (name.len() == suffix.len() || name.as_bytes()[name.len() - suffix.len() - 1] == b'_')
}

/// The first of the sources that the modules have, or the family of OpenTelemetry, if they have neither of the others.
#[track_caller]
const fn check_sources(modules: &[&'static [MetricDescriptor]], sources: &[Source]) {
    if has_otel_alone(modules) {
        check_found(modules, &OTEL);
        return;
    }
    let mut left = sources;
    while let [source, rest @ ..] = left {
        check_found(modules, source);
        left = rest;
    }
}

/// Whether a server records under OpenTelemetry's names and not under the guide's.
const fn has_otel_alone(modules: &[&'static [MetricDescriptor]]) -> bool {
    has_convention(modules, "otel-mcp") && !has_convention(modules, "mcp")
}

const fn has_convention(modules: &[&'static [MetricDescriptor]], wanted: &str) -> bool {
    let mut left = modules;
    while let [module, rest @ ..] = left {
        let mut families = *module;
        while let [family, others @ ..] = families {
            if let Some(convention) = family.convention
                && same(convention, wanted)
            {
                return true;
            }
            families = others;
        }
        left = rest;
    }
    false
}

#[track_caller]
const fn check_found(modules: &[&'static [MetricDescriptor]], source: &Source) -> &'static MetricDescriptor {
    match find(modules, source) {
        Some(family) => family,
        None => {
            // Names of OpenTelemetry's families are those of their functions.
            let function =
                if same(source.convention, "mcp") { source.suffix.split_at("mcp_".len()).1 } else { source.suffix };
            Message::new()
                .push("this objective is computed from the family `")
                .push(function)
                .push("` of the convention `")
                .push(source.convention)
                .push(
                    "`, which the server's families leave out; take it out of `without(…)`, or leave out the objective",
                )
                .panic()
        }
    }
}

#[track_caller]
const fn check_bound(modules: &[&'static [MetricDescriptor]], sources: &[Source; 1], seconds: f64) {
    let source = if has_otel_alone(modules) { &OTEL } else { &sources[0] };
    let family = check_found(modules, source);
    if family.buckets.is_empty() {
        Message::new()
            .push("`")
            .push(family.name)
            .push("` has no classic buckets, which a latency is counted by; give it bounds in `#[convention(buckets(…))]`")
            .panic();
    }
    let (mut below, mut above, mut left) = (None, None, family.buckets);
    while let [bound, rest @ ..] = left {
        if is_near(*bound, seconds) {
            return;
        }
        if *bound < seconds {
            below = Some(*bound);
        } else if above.is_none() {
            above = Some(*bound);
        }
        left = rest;
    }
    let message = Message::new().push_seconds(seconds).push(" is no bucket bound of `").push(family.name);
    let message = match (below, above) {
        (Some(below), Some(above)) => message
            .push("`, so calls within it are not counted; the nearest bounds are ")
            .push_seconds(below)
            .push(" and ")
            .push_seconds(above),
        (Some(one), None) => {
            message.push("`, so calls within it are not counted; the longest bound is ").push_seconds(one)
        }
        (None, Some(one)) => {
            message.push("`, so calls within it are not counted; the shortest bound is ").push_seconds(one)
        }
        (None, None) => message,
    };
    message.push("; take one, or declare this one in `#[convention(buckets(…))]`").panic();
}

/// Whether two numbers are one but for how they were rounded.
const fn is_near(a: f64, b: f64) -> bool {
    let difference = if a > b { a - b } else { b - a };
    difference <= 1e-9 * b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::MetricKind;

    const fn family(name: &'static str, buckets: &'static [f64]) -> MetricDescriptor {
        MetricDescriptor { convention: Some("mcp"), buckets, ..MetricDescriptor::new(name, MetricKind::Histogram) }
    }

    const DURATIONS: &[&[MetricDescriptor]] =
        &[&[family("shop_mcp_tool_call_duration_seconds", &[0.0025, 0.1, 1.0, 90.0])]];

    const fn of(success: f64, percent: f64, seconds: f64) -> Objective {
        Objective::new(Some(success), Some(LatencyObjective { percent, seconds }))
    }

    #[test]
    fn bounds_are_found_however_they_are_rounded() {
        for seconds in [0.0025, 0.1, 0.099_999_999_999_9, 1.0, 90.0] {
            check_tool_latency(DURATIONS, seconds);
        }
    }

    #[test]
    #[should_panic(
        expected = "2s is no bucket bound of `shop_mcp_tool_call_duration_seconds`, so calls within it are not counted; the \
                               nearest bounds are 1s and 90s; take one"
    )]
    fn the_nearest_bounds_are_named() {
        check_tool_latency(DURATIONS, 2.0);
    }

    #[test]
    #[should_panic(
        expected = "1ms is no bucket bound of `shop_mcp_tool_call_duration_seconds`, so calls within it are not counted; the \
                               shortest bound is 2500us"
    )]
    fn what_is_below_all_bounds_is_told_the_shortest() {
        check_tool_latency(DURATIONS, 0.001);
    }

    #[test]
    #[should_panic(expected = "the family `errors_total` of the convention `mcp`")]
    fn a_family_of_another_end_is_another() {
        const FAMILIES: &[&[MetricDescriptor]] =
            &[&[family("mcp_requests_total", &[]), family("mcp_tool_errors_total", &[])]];
        check_server_success(FAMILIES);
    }

    #[test]
    fn what_is_better_somewhere_contradicts_nothing() {
        let server = of(99.0, 99.0, 1.0);
        for tool in [of(99.0, 99.0, 1.0), of(99.9, 99.9, 2.0), of(99.5, 50.0, 0.1), of(99.5, 99.5, 0.1)] {
            check_success_of_tool("a", tool, server);
            check_latency_of_tool("a", tool, server);
        }
        check_latency_of_tool("a", Objective::NONE, server);
        check_success_of_tool("a", of(1.5, 99.0, 1.0), Objective::NONE);
    }

    #[test]
    #[should_panic(expected = "the tool `a` promises 99 % within 2s, and its server 99 % within 1s of all requests")]
    fn a_slower_tool_is_refused() {
        check_latency_of_tool("a", of(99.0, 99.0, 2.0), of(99.0, 99.0, 1.0));
    }

    #[test]
    #[should_panic(expected = "the tool `a` promises 98.75 %, and its server 99 %")]
    fn a_weaker_tool_is_refused() {
        check_success_of_tool("a", of(98.75, 99.0, 1.0), of(99.0, 99.0, 1.0));
    }
}
