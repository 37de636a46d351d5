//! What to do about each alert. The facts in docs/RUNBOOK.md come from the rules; this is what somebody knows.

use cryptofunk_metrics::promql;
use cryptofunk_metrics_tools::docs::{Look, RunbookEntry};

use super::RECORDED;

macro_rules! look {
    ($tells:literal, $query:literal) => {
        Look { tells: $tells, query: promql!(RECORDED, $query) }
    };
}

/// The runbook, in the order of the rules.
pub(super) const RUNBOOK: &[RunbookEntry] = &[
    RunbookEntry {
        alert: "MCPServerDown",
        means: "Prometheus cannot scrape an MCP server: the process has ended, hangs, or its port is not reached. Agents that call it \
                give no signals; without order-executor nothing is traded.",
        look: &[
            look!("Which servers answer:", r#"up{job="mcp-servers"}"#),
            look!("Which agents fail because of it:", "agent_server:cryptofunk_agent_mcp_errors:ratio_rate5m > 0"),
            look!(
                "Whether it had just started, and how often it does:",
                "resets(cryptofunk_component_uptime_seconds[1h])"
            ),
        ],
        mend: "read the end of the server's log (standard error). `cryptofunk up`, a container or a unit starts it again by itself; if it \
               ends at once, the last line says why: a port that is taken, a database that cannot be reached.",
    },
    RunbookEntry {
        alert: "ComponentDown",
        means: "Prometheus cannot scrape the orchestrator, the API or an agent. Without the orchestrator no decision is made; without an \
                agent the vote goes on with those that are left.",
        look: &[
            look!("Which targets answer:", r#"up{job=~"orchestrator|api|agents"}"#),
            look!(
                "How long the others have been up, to see whether the whole machine restarted:",
                "sort(cryptofunk_component_uptime_seconds)"
            ),
            look!("Whether decisions are still made:", "rate(cryptofunk_orchestrator_decisions_total[5m]) * 60"),
        ],
        mend: "read the end of the component's log. A component that ends at its start names the setting or the port that is wrong.",
    },
    RunbookEntry {
        alert: "ComponentUnhealthy",
        means: "A component runs, but one of its own checks fails: its database, its message bus, or that it has done its work lately.",
        look: &[
            look!("Which component:", "cryptofunk_component_healthy == 0"),
            look!("Whether those it stands on are down:", "up == 0"),
            look!(
                "Whether its calls of MCP servers fail:",
                "agent_server:cryptofunk_agent_mcp_errors:ratio_rate5m > 0"
            ),
        ],
        mend: "ask its `/health`: each check has its state and the error of the last try. Mend what it names; the component becomes healthy \
               by itself.",
    },
    RunbookEntry {
        alert: "ComponentRestarted",
        means: "A component has ended within the last ten minutes and runs again: it was killed, it died, or somebody has deployed it. Nothing \
                is to be done after one restart; several are a fault.",
        look: &[
            look!("How often each component has restarted:", "resets(cryptofunk_component_uptime_seconds[1h]) > 0"),
            look!("Whether one is near the limit of its memory:", "process_resident_memory_bytes"),
            look!("Whether it is well now:", "cryptofunk_component_healthy == 0"),
        ],
        mend: "read the end of the log of the process that ended. `cryptofunk up` says how it ended: a signal, or an exit code with the error.",
    },
    RunbookEntry {
        alert: "HighMCPErrorRate",
        means: "More than one in ten requests to an MCP server fail: a tool that answers with an error or panics, or clients that send what \
                it cannot accept.",
        look: &[
            look!("Which tools fail:", "topk(5, server_tool:cryptofunk_mcp_tool_errors:ratio_rate5m)"),
            look!(
                "Which methods fail:",
                r#"topk(5, sum by (server, method) (rate(cryptofunk_mcp_requests_total{status="error"}[5m])))"#
            ),
            look!(
                "Whether it also became slow, as with a database that does not answer:",
                "server:cryptofunk_mcp_request_duration_seconds:p99_rate5m"
            ),
        ],
        mend: "call the failing tool by hand; the answer says what is wrong. If one client sends what the tool refuses, mend the client; if \
               the tool stands on a database or another server, mend that.",
    },
    RunbookEntry {
        alert: "AgentUnhealthy",
        means: "An agent has not succeeded lately, or its heartbeats do not arrive. Its vote is missing in every decision.",
        look: &[
            look!("Which agents:", "cryptofunk_agent_healthy == 0"),
            look!(
                "Whether the servers that it calls fail:",
                "agent_server:cryptofunk_agent_mcp_errors:ratio_rate5m > 0"
            ),
            look!("Whether an analysis takes too long:", "agent:cryptofunk_agent_analysis_duration_seconds:p95_rate5m"),
        ],
        mend: "ask the agent's `/health`: it says since when no analysis succeeds or no heartbeat arrives. Its log has the errors. An agent that is stuck is ended and started \
               again.",
    },
    RunbookEntry {
        alert: "AgentSilent",
        means: "An agent is up and has given no signal for ten minutes, neither to buy nor to sell nor to hold.",
        look: &[
            look!("Whether it analyses at all:", "rate(cryptofunk_agent_analysis_duration_seconds_count[5m]) * 60"),
            look!(
                "Whether trading is halted by hand, which pauses agents:",
                r#"cryptofunk_circuit_breaker_tripped{reason="manual_halt"}"#
            ),
            look!("Whether its calls of MCP servers are answered:", "rate(cryptofunk_agent_mcp_calls_total[5m])"),
        ],
        mend: "if trading is paused, `POST /resume` at the orchestrator ends that. Else the agent's log says what it waits for.",
    },
    RunbookEntry {
        alert: "LLMErrors",
        means: "More than one in five calls of a language model fail. The sentiment agent reads headlines with its lexicon meanwhile, which counts \
                words and knows less.",
        look: &[
            look!("Which provider, and how much of it:", "agent_provider:cryptofunk_llm_errors:ratio_rate5m"),
            look!(
                "Whether answers became slow, as before a timeout:",
                "agent_provider:cryptofunk_agent_llm_duration_seconds:p95_rate5m"
            ),
            look!(
                "Whether more is asked than usual, as before a limit:",
                "sum by (provider) (rate(cryptofunk_agent_llm_tokens_total[1h])) * 3600"
            ),
        ],
        mend: "the log of sentiment-agent has the status of the provider's answers: 401 is the key (`LLM_API_KEY_FILE`), 429 a limit, 5xx the \
               provider. Without `LLM_BASE_URL` the agent reads headlines with its lexicon.",
    },
    RunbookEntry {
        alert: "HighDrawdown",
        means: "The portfolio has fallen by more than 15 % from its highest value. The circuit breaker stops new trades at the same limit.",
        look: &[
            look!("How fast it falls:", "deriv(cryptofunk_portfolio_value_usd[15m]) * 3600"),
            look!(
                "Whether the circuit breaker has stopped trading:",
                r#"cryptofunk_circuit_breaker_tripped{reason="max_drawdown"}"#
            ),
            look!("What was traded:", "sum by (symbol, side) (increase(cryptofunk_trades_total[1h]))"),
        ],
        mend: "decide whether to go on. `POST /pause` at the orchestrator, with the token of `API_TOKEN_FILE`, halts trading; open positions stay, and the API's `/api/v1/positions` \
               lists them.",
    },
    RunbookEntry {
        alert: "CircuitBreakerTripped",
        means: "New trades are stopped. The reason is a label: too large a drawdown, too wild a market, too many orders, or somebody's halt.",
        look: &[
            look!("Which reason:", "max by (reason) (cryptofunk_circuit_breaker_tripped) == 1"),
            look!("The drawdown, whose limit is 15 %:", "cryptofunk_current_drawdown"),
            look!("Orders a minute, whose limit is 60:", "sum(rate(cryptofunk_trades_total[1m])) * 60"),
        ],
        mend: "a halt by hand ends with `POST /resume` at the orchestrator. The others end by themselves when the measure is well below its \
               limit again.",
    },
    RunbookEntry {
        alert: "HighValueAtRisk",
        means: "On one day in twenty the portfolio may lose more than 5 % of its value, as its positions and the market of the last minutes have it.",
        look: &[
            look!("The value at risk by confidence:", "cryptofunk_var_value_usd"),
            look!("How many positions are open:", "cryptofunk_positions_open"),
            look!("Which limits are broken:", "increase(cryptofunk_risk_limit_breaches_total[1h])"),
        ],
        mend: "hold less: close the largest position, or pause trading until the market is calmer. The risk agent vetoes orders that break \
               a limit.",
    },
    RunbookEntry {
        alert: "DatabasePoolExhausted",
        means: "All connections of a pool are in use, so calls that need one wait, and fail when they have waited for too long.",
        look: &[
            look!(
                "How full the pool is:",
                "cryptofunk_database_connections_active / cryptofunk_database_connections_max"
            ),
            look!(
                "Which tools became slow:",
                r#"server_tool:cryptofunk_mcp_tool_call_duration_seconds:p95_rate5m{server="order-executor"}"#
            ),
            look!(
                "How much it is asked:",
                r#"sum by (tool) (rate(cryptofunk_mcp_tool_calls_total{server="order-executor"}[5m]))"#
            ),
        ],
        mend: "look for long queries in the database (`pg_stat_activity`) and end them. If the load is real, the database needs more room, or \
               the callers less haste.",
    },
    RunbookEntry {
        alert: "NATSSilent",
        means: "The orchestrator has received no message for five minutes, not even a heartbeat: the bus is down or the connection lost.",
        look: &[
            look!("When messages stopped, by subject:", "rate(cryptofunk_nats_messages_received_total[5m])"),
            look!("Whether agents are up:", r#"up{job="agents"}"#),
            look!(
                "Whether agents still give signals, which then do not arrive:",
                "sum by (agent) (rate(cryptofunk_agent_signals_total[5m])) * 60"
            ),
        ],
        mend: "see whether the server at `NATS_URL` answers. Orchestrator and agents connect again by themselves.",
    },
    RunbookEntry {
        alert: "LabelOverflow",
        means: "A label has met more values than its budget, so further ones are recorded as `other`. Sums stay right; the parts do not.",
        look: &[
            look!(
                "Which family and label:",
                "sum by (metric, label) (increase(cryptofunk_metrics_label_overflow_total[15m])) > 0"
            ),
            look!(
                "How much is recorded as other:",
                r#"sum by (side) (rate(cryptofunk_trades_total{symbol="other"}[5m]))"#
            ),
            look!("How many series the process has:", "scrape_samples_scraped"),
        ],
        mend: "if the values are real, raise the budget where the metric is declared. If not, find who sends them: something fills a label \
               with what it should not.",
    },
    RunbookEntry {
        alert: "WarningUnattended",
        means: "A warning has been firing for an hour and nobody has ended it. This is how a warning becomes somebody's page.",
        look: &[
            look!("Which warnings fire:", r#"ALERTS{alertstate="firing",severity="warning"}"#),
            look!("What else fires:", r#"count by (alertname, severity) (ALERTS{alertstate="firing"})"#),
            look!("Whether components are down, which would explain it:", "up == 0"),
        ],
        mend: "do what the runbook says about the warning that it names. This ends with it.",
    },
];
