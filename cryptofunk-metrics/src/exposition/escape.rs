use super::format::Format;

/// Writes a label value as it stands between quotes, in both formats.
pub(super) fn label_value(value: &str, out: &mut String) {
    escaped(value, true, out);
}

/// Writes a help text; only OpenMetrics escapes its quotes.
pub(super) fn help(format: Format, text: &str, out: &mut String) {
    escaped(text, format == Format::OpenMetrics, out);
}

fn escaped(text: &str, quotes: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '"' if quotes => out.push_str("\\\""),
            c => out.push(c),
        }
    }
}
