use cryptofunk_metrics_catalog::descriptor::MetricKind;

use super::{escape, format::Format};

/// Writes a family's `# HELP` and `# TYPE` lines.
pub(super) fn head(format: Format, name: &str, help: &str, kind: &str, out: &mut String) {
    let name = match format {
        Format::OpenMetrics if kind == MetricKind::Counter.as_str() => name.strip_suffix("_total").unwrap_or(name),
        _ => name,
    };
    for (keyword, text) in [("# HELP ", help), ("# TYPE ", kind)] {
        out.push_str(keyword);
        out.push_str(name);
        out.push(' ');
        escape::help(format, text, out);
        out.push('\n');
    }
}
