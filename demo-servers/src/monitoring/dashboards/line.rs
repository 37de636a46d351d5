/// One query of a panel, with what its series are called.
macro_rules! line {
    ($legend:literal, $query:literal) => {
        cryptofunk_metrics_tools::docs::Line {
            query: cryptofunk_metrics::promql!(crate::monitoring::RECORDED, $query),
            legend: $legend,
        }
    };
}
pub(super) use line;
