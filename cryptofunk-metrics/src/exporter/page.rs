//! The page at `/`: what the component is, and its families with their values and a plot of the last minutes.
//!
//! It needs nothing but itself: style and script are in it, and the plots are drawn here. Its policy lets a browser run and load
//! nothing else.

use std::fmt::{self, Display, Write};

use super::{
    families::{families, number},
    health::Report,
    history::{Course, History},
};

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
h1{margin-bottom:0}
pre{overflow-x:auto;font-size:.8rem;margin:.2rem 0 1rem}
summary{cursor:pointer;padding:.25rem 0;display:grid;grid-template-columns:1fr 8rem 6rem;gap:0 .75rem;align-items:center}
details{border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent)}
code{font-weight:600;overflow-wrap:anywhere}
small,.help{color:GrayText}
.help{grid-column:1/-1;font-size:.9rem}
.value{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.bad{color:#c33;font-weight:600}
svg{width:8rem;height:2rem;display:block}
polyline{fill:none;stroke:#37c;stroke-width:1.5;vector-effect:non-scaling-stroke}
polyline:nth-of-type(2){stroke:#c63}
polyline:nth-of-type(3){stroke:#393}
polyline:nth-of-type(n+4){stroke:GrayText}
@media (max-width:36rem){summary{grid-template-columns:1fr 5rem}code{grid-column:1/-1;font-size:.9rem}svg{width:100%}}
";

/// Puts the values of a new page where the old ones stand, and leaves open what is open.
const SCRIPT: &str = "
setInterval(async () => {
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) throw answer.status;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of fresh.querySelectorAll('[id]')) {
      const old = document.getElementById(part.id);
      if (old) old.replaceChildren(...part.childNodes); else document.body.append(part);
    }
  } catch (error) {
    document.getElementById('health').innerHTML = '<span class=bad>does not answer</span>';
  }
}, 3000)";

/// The `Content-Security-Policy` of the page, with the SHA-256 of its style and its script: what somebody smuggles into a help text or
/// a label value cannot run, nothing is loaded from elsewhere, and no other page frames it.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'sha256-0V2OGgPcXdyCft5RiM8cfqC+5vEpy/gkLSTuFRtN7tA='; \
    script-src 'sha256-m1dmto8PiFSir8uYT5OP3EfazG58yXGPrWU54h7zlY4='; connect-src 'self'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The size of a plot, in units of its own.
const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 24.0;

/// The page; `exposition` is what `/metrics` answers in the text format.
pub(super) fn render(report: &Report, exposition: &str, history: &History) -> String {
    let mut out = String::with_capacity(exposition.len() * 2);
    write(&mut out, report, exposition, history).expect("writing to a string does not fail");
    out
}

fn write(out: &mut String, report: &Report, exposition: &str, history: &History) -> fmt::Result {
    let name = Escaped(report.component);
    let (class, health) = if report.is_healthy() { ("", "healthy") } else { ("bad", "unhealthy") };
    write!(
        out,
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><link rel=icon href=data:,>\
         <title>{name}</title><style>{STYLE}</style><h1>{name}</h1><p>{}<p>\
         <a href=/metrics>/metrics</a> · <a href=/health>/health</a> \
         (<span id=health><span class=\"{class}\">{health}</span></span>)",
        Escaped(report.description),
    )?;
    for family in families(exposition) {
        let lines = history.lines(family);
        write!(
            out,
            "<details id={0}><summary><code>{0}</code>{1}<span class=value>{2}</span>\
             <span class=help>{3} <small>{4}</small></span></summary><pre>{5}</pre></details>",
            Escaped(family.name),
            Plot { lines: &lines, rate: family.is_cumulative() },
            Escaped(&family.summary()),
            Escaped(family.help),
            Escaped(family.kind),
            Escaped(family.samples),
        )?;
    }
    writeln!(out, "<script>{SCRIPT}</script></html>")
}

/// Lines over the last minutes, the newest value at the right.
struct Plot<'a> {
    lines: &'a [Course],
    /// Whether values are growth a second.
    rate: bool,
}

impl Display for Plot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = || self.lines.iter().flatten().copied().filter(|value| value.is_finite());
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let longest = self.lines.iter().map(Course::len).max().unwrap_or(0);
        write!(f, "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=none role=img>")?;
        if longest >= 2 && low <= high {
            let unit = if self.rate { " a second" } else { "" };
            write!(f, "<title>from {} to {}{unit}</title>", number(low), number(high))?;
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
    use super::{super::history::EVERY, *};

    #[test]
    fn the_page_is_renewed_as_often_as_values_are_kept() {
        assert!(SCRIPT.ends_with(&format!("}}, {})", EVERY.as_millis())), "{SCRIPT}");
    }

    #[test]
    fn a_plot_has_its_newest_value_at_the_right() {
        let plot = |lines: &[Course]| Plot { lines, rate: false }.to_string();
        assert!(!plot(&[]).contains("polyline"));
        assert!(!plot(&[Course::from([1.0])]).contains("polyline"), "one value is no course");
        let drawn = plot(&[Course::from([0.0, 5.0, 10.0]), Course::from([10.0])]);
        assert!(drawn.contains("points=\"0.0,23.0 50.0,12.0 100.0,1.0 \""), "{drawn}");
        assert!(drawn.contains("points=\"100.0,1.0 \"") && drawn.contains("from 0 to 10"), "{drawn}");
        assert!(plot(&[Course::from([7.0, 7.0])]).contains("0.0,12.0 100.0,12.0"));
        assert!(plot(&[Course::from([0.0, 0.0])]).contains("0.0,23.0 100.0,23.0"));
        assert!(plot(&[Course::from([f64::NAN, 1.0, 3.0])]).contains("50.0,23.0 100.0,1.0"));
    }
}
