use cryptofunk_metrics_query::Query;

/// A dashboard of Grafana. [`Dashboard::json`] writes it.
///
/// ```
/// use cryptofunk_metrics::{CATALOG, promql};
/// use cryptofunk_metrics_tools::docs::{Dashboard, Level, Line, Panel, Row, Unit, Variable};
///
/// const AGENTS: Dashboard = Dashboard {
///     uid: "agents",
///     title: "Agents",
///     description: "What the agents do.",
///     variables: &[Variable { name: "agent", title: "Agent", series: promql!(CATALOG, "cryptofunk_agent_healthy") }],
///     rows: &[Row {
///         title: "Health",
///         panels: &[
///             Panel::timeline("Healthy", &[Line {
///                 query: promql!(CATALOG, r#"cryptofunk_agent_healthy{agent=~"$agent"}"#),
///                 legend: "{{agent}}",
///             }])
///             .states(("unhealthy", Level::Bad), ("healthy", Level::Good)),
///         ],
///     }],
/// };
/// let grafana = AGENTS.json("an example", &[]);
/// assert!(grafana.contains(r#""query": "label_values(cryptofunk_agent_healthy, agent)""#));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Dashboard {
    /// What its address is made of: `/d/UID`. It stays when the title changes.
    pub uid: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// What readers choose, above all panels.
    pub variables: &'static [Variable],
    /// Its panels.
    pub rows: &'static [Row],
}

/// Something that readers choose: one, some or all of the values that a label has now.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The label, which is the variable's name too: `server` is `$server` in queries.
    pub name: &'static str,
    /// What readers see.
    pub title: &'static str,
    /// The series that have the label.
    pub series: Query,
}

/// Panels under a heading.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The heading.
    pub title: &'static str,
    /// The panels, which share the width.
    pub panels: &'static [Panel],
}

/// A panel; made by [`Panel::lines`] and its like.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    /// What it shows, with the unit of time if there is one: `Trades an hour`.
    pub title: &'static str,
    pub(super) description: &'static str,
    pub(super) shape: Shape,
    pub(super) unit: Unit,
    pub(super) lines: &'static [Line],
    pub(super) levels: Option<Levels>,
    pub(super) states: Option<[(&'static str, Level); 2]>,
}

/// A query of a panel.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// What is drawn.
    pub query: Query,
    /// What each series is called: `{{server}}` prints a label.
    pub legend: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Number,
    Lines,
    Stacked,
    Timeline,
}

/// What the values of a panel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Numbers without a unit.
    Number,
    /// Time in seconds.
    Seconds,
    /// Money.
    Usd,
    /// A ratio from 0 to 1, shown as percent.
    Ratio,
    /// Events a second.
    PerSecond,
    /// Memory.
    Bytes,
}

impl Unit {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Unit::Number => "A number.",
            Unit::Seconds => "Seconds.",
            Unit::Usd => "USD.",
            Unit::Ratio => "A share, as percent.",
            Unit::PerSecond => "Events a second.",
            Unit::Bytes => "Bytes.",
        }
    }
}

/// How good a value is, shown as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// Neither good nor bad.
    Neutral,
    /// Green.
    Good,
    /// Orange.
    Warning,
    /// Red.
    Bad,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Levels {
    pub(super) base: Level,
    pub(super) from: &'static [(f64, Level)],
}

impl Panel {
    const fn new(shape: Shape, title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Panel { title, description: "", shape, unit, lines, levels: None, states: None }
    }

    /// A number, as it is now.
    pub const fn number(title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Self::new(Shape::Number, title, unit, lines)
    }

    /// Lines over time.
    pub const fn lines(title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Self::new(Shape::Lines, title, unit, lines)
    }

    /// Areas over time, one on the other, that add up to the whole.
    pub const fn stacked(title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Self::new(Shape::Stacked, title, unit, lines)
    }

    /// Bars over time, whose colour says the state.
    pub const fn timeline(title: &'static str, lines: &'static [Line]) -> Self {
        Self::new(Shape::Timeline, title, Unit::Number, lines)
    }

    /// Says what a reader needs to know.
    #[must_use]
    pub const fn about(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Colours values: from minus infinity as `base`, and from each of the values on as it says.
    #[must_use]
    pub const fn levels(mut self, base: Level, from: &'static [(f64, Level)]) -> Self {
        self.levels = Some(Levels { base, from });
        self
    }

    /// Shows 0 and 1 as words with a colour.
    #[must_use]
    pub const fn states(mut self, zero: (&'static str, Level), one: (&'static str, Level)) -> Self {
        self.states = Some([zero, one]);
        self
    }
}

impl Dashboard {
    /// All panels, row by row.
    pub fn panels(&self) -> impl Iterator<Item = &'static Panel> + use<> {
        self.rows.iter().flat_map(|row| row.panels)
    }
}
