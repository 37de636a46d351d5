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
    /// Its address in Grafana: `/d/UID`. Keep it when the title changes.
    pub uid: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// The choices above all panels.
    pub variables: &'static [Variable],
    /// Its panels.
    pub rows: &'static [Row],
}

/// A choice above the panels: one, some or all of the values that a label has now.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The label, which is the variable's name too: `server` is `$server` in queries.
    pub name: &'static str,
    /// The text above the choice.
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

/// A panel. [`Panel::lines`], [`Panel::number`], [`Panel::stacked`] and [`Panel::timeline`] make one.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    /// What it shows, with the unit of time of a rate: `Trades an hour`.
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
    /// The query that is drawn.
    pub query: Query,
    /// The legend of each series. `{{server}}` prints a label.
    pub legend: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Number,
    Lines,
    Stacked,
    Timeline,
}

/// The unit of a panel's values.
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

    /// A panel with the value of now as a number.
    pub const fn number(title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Self::new(Shape::Number, title, unit, lines)
    }

    /// A panel with lines over time.
    pub const fn lines(title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Self::new(Shape::Lines, title, unit, lines)
    }

    /// A panel with stacked areas over time, which add up to the whole.
    pub const fn stacked(title: &'static str, unit: Unit, lines: &'static [Line]) -> Self {
        Self::new(Shape::Stacked, title, unit, lines)
    }

    /// A panel with bars over time, whose colours show states.
    pub const fn timeline(title: &'static str, lines: &'static [Line]) -> Self {
        Self::new(Shape::Timeline, title, Unit::Number, lines)
    }

    /// Adds a description, which Grafana shows at the title.
    #[must_use]
    pub const fn about(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Colours values by thresholds: `base` below the first one, and each level from its value on.
    #[must_use]
    pub const fn levels(mut self, base: Level, from: &'static [(f64, Level)]) -> Self {
        self.levels = Some(Levels { base, from });
        self
    }

    /// Shows the values 0 and 1 as coloured words.
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
