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
        let shown = match family.samples.split_once('\n') {
            Some((only, "")) => only.rsplit_once(' ').map_or("", |(_, value)| value).to_owned(),
            _ => format!("{} lines", family.samples.lines().count()),
        };
        write!(
            out,
            "<details><summary><span class=value>{}</span><code>{}</code> <small>{}</small><br><span class=help>{}</span>\
             </summary><pre>{}</pre></details>",
            Escaped(&shown),
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
    use super::families;

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
