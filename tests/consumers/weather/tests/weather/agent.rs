//! The agent of another domain.

use crate::process::Process;

const AGENT: (&str, &str) = ("agent", "sorter");
const COMPONENT: (&str, &str) = ("component", "sorter");

#[tokio::test]
async fn signals_have_kinds_of_their_own_and_calls_are_counted_by_model() {
    let server = Process::start(&["server"]);
    let mut agent = Process::start(&["agent", &server.mcp()]);

    let idle = agent.metrics().await;
    for kind in ["urgent", "normal", "spam"] {
        assert_eq!(idle.value("weather_agent_signals_total", &[AGENT, ("type", kind)]), Some(0.0), "{kind}");
    }
    for series in ["weather_agent_analysis_duration_seconds_count", "weather_agent_confidence_count"] {
        assert_eq!(idle.value(series, &[AGENT]), Some(0.0), "{series}");
    }
    for status in ["success", "error", "cancelled"] {
        let labels = [AGENT, ("server", "weather"), ("status", status)];
        assert_eq!(idle.value("weather_agent_mcp_calls_total", &labels), Some(0.0), "{status}");
    }
    for (letter, answer) in [
        ("city Bergen", "Urgent"),
        ("city Cairo", "Normal"),
        ("where is my barometer", "Normal"),
        ("thank you", "Normal"),
        ("you won a prize", "Spam"),
        ("%%%", "the model cannot read the letter"),
        ("city Atlantis", "no forecast: `forecast` of weather failed: no station in Atlantis"),
    ] {
        assert_eq!(agent.ask(letter), answer, "{letter}");
    }
    let metrics = agent.metrics().await;
    metrics.assert_series(
        "weather_agent_signals_total",
        &[AGENT],
        ["type"],
        &[(["urgent"], 1), (["normal"], 3), (["spam"], 1)],
    );
    metrics.assert_series("weather_agent_analysis_duration_seconds_count", &[AGENT], [], &[([], 7)]);
    // One of 0.5, three of 0.75, one of 0.95, in the module's own bounds.
    metrics.assert_series(
        "weather_agent_confidence_bucket",
        &[AGENT],
        ["le"],
        &[(["0.5"], 1), (["0.9"], 4), (["1.0"], 5), (["+Inf"], 5)],
    );
    assert_eq!(metrics.value("weather_agent_healthy", &[AGENT]), Some(1.0));
    assert_eq!(metrics.value("weather_letters_total", &[]), Some(7.0));

    // Long letters go to the larger model.
    let models = ["provider", "model", "status"];
    metrics.assert_series(
        "weather_llm_calls_total",
        &[COMPONENT],
        models,
        &[
            (["mistral", "small-3", "success"], 2),
            (["mistral", "small-3", "error"], 1),
            (["anthropic", "haiku-5", "success"], 1),
        ],
    );
    metrics.assert_series(
        "weather_llm_call_duration_seconds_count",
        &[COMPONENT],
        ["provider", "model"],
        &[(["mistral", "small-3"], 3), (["anthropic", "haiku-5"], 1)],
    );
    metrics.assert_series(
        "weather_llm_tokens_total",
        &[COMPONENT],
        ["provider", "model", "type"],
        &[
            (["mistral", "small-3", "prompt"], 6),
            (["mistral", "small-3", "completion"], 2),
            (["anthropic", "haiku-5", "prompt"], 4),
            (["anthropic", "haiku-5", "completion"], 1),
        ],
    );
    metrics.assert_series(
        "weather_agent_llm_calls_total",
        &[AGENT],
        ["provider", "status"],
        &[(["mistral", "success"], 2), (["mistral", "error"], 1), (["anthropic", "success"], 1)],
    );
    let calls = [AGENT, ("server", "weather")];
    metrics.assert_series("weather_agent_mcp_calls_total", &calls, ["status"], &[(["success"], 2), (["error"], 1)]);
    metrics.assert_series("weather_agent_mcp_call_duration_seconds_count", &calls, [], &[([], 3)]);
}
