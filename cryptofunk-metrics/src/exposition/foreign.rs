//! What stands in the default registry of the prometheus crate, in both formats.
//!
//! That crate writes only the text format. Its sample lines are valid OpenMetrics too; the head of a family is not always.

use prometheus::{TextEncoder, proto::MetricFamily, proto::MetricType};

use super::{constant, format::Format, head::head};
use crate::{process, registry};

/// Appends the families of the default registry, without those of this library if they were added to it.
pub(super) fn encode(format: Format, out: &mut String) {
    process::register();
    for family in prometheus::gather() {
        // The prometheus crate has no way to make an untyped family, and its encoder panics on one.
        if !registry::has(family.name()) && family.get_field_type() != MetricType::UNTYPED {
            write_family(format, family, out);
        }
    }
}

fn write_family(format: Format, mut family: MetricFamily, out: &mut String) {
    let kind = match family.get_field_type() {
        // OpenMetrics has no counter whose name lacks `_total`.
        MetricType::COUNTER if format == Format::OpenMetrics && !family.name().ends_with("_total") => "unknown",
        MetricType::COUNTER => "counter",
        MetricType::GAUGE | MetricType::UNTYPED => "gauge",
        MetricType::HISTOGRAM => "histogram",
        MetricType::SUMMARY => "summary",
    };
    let help = family.help().to_owned();
    // Without a help text the encoder's head is one line.
    family.set_help(String::new());
    let name = family.name().to_owned();
    family.mut_metric().iter_mut().for_each(constant::add);
    // A collector that breaks its own contract, such as a family without series, costs its family and no more.
    if let Ok(text) = TextEncoder::new().encode_to_string(&[family]) {
        head(format, &name, &help, kind, out);
        out.push_str(text.split_once('\n').map_or("", |(_, samples)| samples));
    }
}
