//! Small plots, as plain SVG.

use std::fmt::{self, Display};

use super::{escape::Escaped, unit::Unit};

/// The size of a plot, in units of its own.
const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 24.0;

/// Lines over time, the newest value at the right. The style draws the first three in colours of their own.
///
/// ```
/// use cryptofunk_metrics::exporter::html::{Plot, Unit};
///
/// let values = [1.0, 2.0, 4.0];
/// let plot = Plot { lines: &[&values], unit: Unit::Bytes, is_rate: false };
/// assert!(plot.to_string().contains("<title>1 B to 4 B</title>"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Plot<'a> {
    /// The values of each line, the newest last. Values that are not finite are left out.
    pub lines: &'a [&'a [f64]],
    /// The unit of the values.
    pub unit: Unit,
    /// Whether the values are rates: growth per second.
    pub is_rate: bool,
}

impl Display for Plot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = || self.lines.iter().flat_map(|line| line.iter()).copied().filter(|value| value.is_finite());
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let longest = self.lines.iter().map(|line| line.len()).max().unwrap_or(0);
        write!(f, "<svg class=plot viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=none role=img>")?;
        if longest >= 2 && low <= high {
            let show = |value| if self.is_rate { self.unit.show_rate(value) } else { self.unit.show(value) };
            write!(f, "<title>{} to {}</title>", Escaped(&show(low)), Escaped(&show(high)))?;
            // A course that does not vary lies in the middle, unless it is nothing all the time.
            let (low, high) = if low < high { (low, high) } else { (low.min(0.0), (2.0 * high).max(1.0)) };
            for line in self.lines {
                f.write_str("<polyline points=\"")?;
                for (at, value) in line.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                    let x = WIDTH * (longest - line.len() + at) as f64 / (longest - 1) as f64;
                    let y = 1.0 + (HEIGHT - 2.0) * (high - value) / (high - low);
                    write!(f, "{x:.1},{y:.1} ")?;
                }
                f.write_str("\"/>")?;
            }
        }
        f.write_str("</svg>")
    }
}

/// The distribution of a histogram: a cell for each bucket. The more observations a bucket has, the darker its cell.
///
/// ```
/// use cryptofunk_metrics::exporter::html::{HeatStrip, Unit};
///
/// let buckets = [(0.25, 50.0), (0.75, 90.0), (f64::INFINITY, 100.0)];
/// let strip = HeatStrip { buckets: &buckets, unit: Unit::Seconds };
/// assert!(strip.to_string().contains("250 ms"));
/// ```
///
/// Buckets are cumulative, as for [`histogram_quantile`](crate::exposition::histogram_quantile): an upper bound, and the count of
/// observations up to it.
#[derive(Debug, Clone, Copy)]
pub struct HeatStrip<'a> {
    /// Bounds and counts.
    pub buckets: &'a [(f64, f64)],
    /// The unit of the bounds.
    pub unit: Unit,
}

impl Display for HeatStrip<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = std::iter::once(0.0).chain(self.buckets.iter().map(|(_, count)| *count));
        let counts: Vec<f64> =
            self.buckets.iter().zip(below).map(|((_, count), below)| (count - below).max(0.0)).collect();
        let (all, most) = (counts.iter().sum::<f64>(), counts.iter().copied().fold(0.0, f64::max));
        write!(f, "<svg class=heat viewBox=\"0 0 {} 1\" preserveAspectRatio=none role=img>", counts.len().max(1))?;
        let mut from = None;
        for (at, (&count, &(bound, _))) in counts.iter().zip(self.buckets).enumerate() {
            if count > 0.0 {
                // By the root, so that what is rare is seen beside what is not.
                let shade = 0.15 + 0.85 * (count / most).sqrt();
                let range = match (from, bound.is_finite()) {
                    (None, true) => format!("up to {}", self.unit.show(bound)),
                    (Some(from), true) => format!("{} to {}", self.unit.show(from), self.unit.show(bound)),
                    (Some(from), false) => format!("above {}", self.unit.show(from)),
                    (None, false) => "all".to_owned(),
                };
                let (count, share) = (Unit::Number.show(count), Unit::Ratio.show(count / all));
                write!(
                    f,
                    "<rect x=\"{at}\" width=\"1\" height=\"1\" fill-opacity=\"{shade:.2}\"><title>{}: {count} ({share})</title></rect>",
                    Escaped(&range),
                )?;
            }
            from = Some(bound);
        }
        f.write_str("</svg>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(lines: &[&[f64]]) -> String {
        Plot { lines, unit: Unit::Number, is_rate: false }.to_string()
    }

    #[test]
    fn a_plot_has_its_newest_value_at_the_right() {
        assert!(!plot(&[]).contains("polyline"));
        assert!(!plot(&[&[1.0]]).contains("polyline"), "one value is no course");
        let drawn = plot(&[&[0.0, 5.0, 10.0], &[10.0]]);
        assert!(drawn.contains("points=\"0.0,23.0 50.0,12.0 100.0,1.0 \""), "{drawn}");
        assert!(drawn.contains("points=\"100.0,1.0 \"") && drawn.contains("0 to 10"), "{drawn}");
        assert!(plot(&[&[7.0, 7.0]]).contains("0.0,12.0 100.0,12.0"));
        assert!(plot(&[&[0.0, 0.0]]).contains("0.0,23.0 100.0,23.0"));
        assert!(plot(&[&[f64::NAN, 1.0, 3.0]]).contains("50.0,23.0 100.0,1.0"));
        let rate = Plot { lines: &[&[0.0, 1500.0]], unit: Unit::Bytes, is_rate: true }.to_string();
        assert!(rate.contains("<title>0 B/s to 1.5 kB/s</title>"), "{rate}");
    }

    #[test]
    fn the_fullest_bucket_is_the_darkest_cell() {
        let buckets = [(0.1, 4.0), (0.5, 4.0), (1.0, 20.0), (f64::INFINITY, 24.0)];
        let strip = HeatStrip { buckets: &buckets, unit: Unit::Seconds }.to_string();
        assert_eq!(strip.matches("<rect").count(), 3, "an empty bucket has no cell: {strip}");
        assert!(
            strip.contains("x=\"2\" width=\"1\" height=\"1\" fill-opacity=\"1.00\"><title>500 ms to 1 s: 16 (66.67 %)"),
            "{strip}"
        );
        assert!(
            strip.contains("x=\"0\" width=\"1\" height=\"1\" fill-opacity=\"0.57\"><title>up to 100 ms: 4 (16.67 %)"),
            "{strip}"
        );
        assert!(strip.contains("above 1 s: 4"), "{strip}");
        let empty = HeatStrip { buckets: &[(0.1, 0.0), (f64::INFINITY, 0.0)], unit: Unit::Seconds }.to_string();
        assert!(!empty.contains("rect"), "{empty}");
    }
}
