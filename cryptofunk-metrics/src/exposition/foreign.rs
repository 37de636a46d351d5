//! What stands in the default registry of the prometheus crate, in both formats.
//!
//! That crate writes only the text format. Its sample lines are valid OpenMetrics too; the head of a family is not always.

use prometheus::{TextEncoder, proto::MetricFamily, proto::MetricType};

use super::{constant, format::Format, head::head};
use crate::{process, registry};

/// The families of the default registry with this process' constant labels, without those of this library if they were added to it.
pub(crate) fn families() -> impl Iterator<Item = MetricFamily> {
    process::register();
    prometheus::gather().into_iter().filter_map(|mut family| {
        // The prometheus crate has no way to make an untyped family, and its encoder panics on one.
        let is_ours = registry::has(family.name()) || family.get_field_type() == MetricType::UNTYPED;
        family.mut_metric().iter_mut().for_each(constant::add);
        (!is_ours).then_some(family)
    })
}

/// Appends them as text.
pub(super) fn encode(format: Format, out: &mut String) {
    families().for_each(|family| write_family(format, family, out));
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
    // A collector that breaks its own contract, such as a family without series, costs its family and no more.
    if let Ok(text) = TextEncoder::new().encode_to_string(&[family]) {
        head(format, &name, &help, kind, out);
        out.push_str(text.split_once('\n').map_or("", |(_, samples)| samples));
    }
}
