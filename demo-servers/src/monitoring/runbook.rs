//! What to do about each alert. The facts in docs/RUNBOOK.md come from the rules, and what is true of any system from the pack; this is what somebody
//! knows of CryptoFunk.

use cryptofunk_metrics::promql;
use cryptofunk_metrics_tools::docs::{Look, RunbookEntry};

use super::RECORDED;

macro_rules! look {
    ($tells:literal, $query:literal) => {
        Look { tells: $tells, query: promql!(RECORDED, $query) }
    };
}

/// What is added to the pack's entries, and those of the alerts beside it.
pub(super) const RUNBOOK: &[RunbookEntry] = &[
    RunbookEntry {
        alert: "MCPServerDown",
        means: "Agents that call it give no signals; without order-executor nothing is traded.",
        look: &[],
        mend: "`cryptofunk up`, a container or a unit starts it again by itself.",
    },
    RunbookEntry {
        alert: "ComponentDown",
        means: "Without the orchestrator no decision is made; without an agent the vote goes on with those that are left.",
        look: &[look!("Whether decisions are still made:", "rate(cryptofunk_orchestrator_decisions_total[5m]) * 60")],
        mend: "",
    },
    RunbookEntry { alert: "AgentUnhealthy", means: "Its vote is missing in every decision.", look: &[], mend: "" },
    RunbookEntry {
        alert: "AgentSilent",
        means: "It advises neither to buy nor to sell nor to hold.",
        look: &[look!(
            "Whether trading is halted by hand, which pauses agents:",
            r#"cryptofunk_circuit_breaker_tripped{reason="manual_halt"}"#
        )],
        mend: "If trading is paused, `POST /resume` at the orchestrator ends that.",
    },
    RunbookEntry {
        alert: "LLMErrors",
        means: "The sentiment agent reads headlines with its lexicon meanwhile, which counts words and knows less.",
        look: &[],
        mend: "The key stands in the file of `LLM_API_KEY_FILE`. Without `LLM_BASE_URL` the agent asks no model.",
    },
    RunbookEntry {
        alert: "LabelOverflow",
        means: "",
        look: &[look!(
            "How many trades are recorded as other:",
            r#"sum by (side) (rate(cryptofunk_trades_total{symbol="other"}[5m]))"#
        )],
        mend: "",
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
                r#"histogram_quantile(0.95, sum by (le, tool) (rate(cryptofunk_mcp_tool_call_duration_seconds_bucket{server="order-executor"}[5m])))"#
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
