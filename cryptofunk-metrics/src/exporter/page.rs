//! The page at `/`: what the component is, and its families with their values.

use std::fmt::{self, Display, Write};

use super::health::Report;

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
h1{margin-bottom:0}
pre{overflow-x:auto;font-size:.8rem;margin:.2rem 0 1rem}
summary{cursor:pointer;padding:.15rem 0;overflow-wrap:anywhere}
code{font-weight:600}
small,.help{color:GrayText}
.value{float:right;font-variant-numeric:tabular-nums}
";

/// The page; `exposition` is what `/metrics` answers in the text format.
pub(super) fn render(report: &Report, exposition: &str) -> String {
    let mut out = String::with_capacity(exposition.len() * 2);
    write(&mut out, report, exposition).expect("writing to a string does not fail");
    out
}

fn write(out: &mut String, report: &Report, exposition: &str) -> fmt::Result {
    let name = Escaped(report.component);
    let health = if report.is_healthy() { "healthy" } else { "unhealthy" };
    write!(
        out,
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{name}</title><style>{STYLE}</style><h1>{name}</h1><p>{}<p>\
         <a href=/metrics>/metrics</a> · <a href=/health>/health</a> ({health})",
        Escaped(report.description),
    )?;
    for family in families(exposition) {
        write!(
            out,
            "<details><summary><span class=value>{}</span><code>{}</code> <small>{}</small><br><span class=help>{}</span>\
             </summary><pre>{}</pre></details>",
            Escaped(&family.summary()),
            Escaped(family.name),
            Escaped(family.kind),
            Escaped(family.help),
            Escaped(family.samples),
        )?;
    }
    out.write_str("</html>\n")
}

struct Family<'a> {
    name: &'a str,
    help: &'a str,
    kind: &'a str,
    samples: &'a str,
}

impl Family<'_> {
    /// The family in one number: the sum of a counter, the observations of a histogram, the value of a gauge if it has one.
    fn summary(&self) -> String {
        let counts = format!("{}_count", self.name);
        let values = || {
            let lines = self.samples.lines();
            let lines = lines.filter(|line| self.kind != "histogram" || line.starts_with(&counts));
            lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
        };
        match (self.kind, values().count()) {
            ("counter" | "histogram", _) | (_, 1) => {
                let sum: f64 = values().sum();
                if sum.fract() == 0.0 { sum.to_string() } else { format!("{sum:.3}") }
            }
            (_, series) => format!("{series} series"),
        }
    }
}

/// The families of an exposition in the text format, in which each begins with its help.
fn families(exposition: &str) -> impl Iterator<Item = Family<'_>> {
    const HELP: &str = "# HELP ";
    let starts = std::iter::once(0).chain(exposition.match_indices("\n# HELP ").map(|(at, _)| at + 1));
    let ends = exposition.match_indices("\n# HELP ").map(|(at, _)| at + 1).chain([exposition.len()]);
    starts.zip(ends).filter_map(|(start, end)| {
        let (head, rest) = exposition[start..end].strip_prefix(HELP)?.split_once('\n')?;
        let (name, help) = head.split_once(' ')?;
        let (kind, samples) = rest.split_once('\n')?;
        Some(Family { name, help, kind: kind.rsplit(' ').next()?, samples })
    })
}

/// A text that cannot be taken for markup.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, families};

    #[test]
    fn a_family_is_summed_up_in_one_number() {
        let summary = |kind, samples| Family { name: "f", help: "", kind, samples }.summary();
        assert_eq!(summary("gauge", "f 1.58477\n"), "1.585");
        assert_eq!(summary("gauge", "f{a=\"1\"} 1\nf{a=\"2\"} 1\n"), "2 series");
        assert_eq!(summary("counter", "f{a=\"1\"} 40\nf{a=\"2\"} 2\n"), "42");
        assert_eq!(summary("histogram", "f_bucket{le=\"+Inf\"} 3\nf_sum 1.5\nf_count 3\n"), "3");
    }

    #[test]
    fn families_are_split_at_their_help() {
        let text = "# HELP a First.\n# TYPE a gauge\na 1\n# HELP b Second, with # HELP inside.\n# TYPE b counter\nb{x=\"1\"} 2\nb{x=\"2\"} 3\n";
        let all: Vec<_> =
            families(text).map(|family| (family.name, family.help, family.kind, family.samples)).collect();
        assert_eq!(
            all,
            [
                ("a", "First.", "gauge", "a 1\n"),
                ("b", "Second, with # HELP inside.", "counter", "b{x=\"1\"} 2\nb{x=\"2\"} 3\n"),
            ]
        );
    }
}
