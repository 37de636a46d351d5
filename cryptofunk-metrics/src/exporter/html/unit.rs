//! Values as people read them.

use std::time::{Duration, SystemTime};

/// The last second of the year 9999.
const LAST_DATE: f64 = 253_402_300_799.0;
/// 2001-09-09: a duration is not that long.
const EARLIEST_DATE: f64 = 1e9;

/// The unit of a value, for showing it to people.
///
/// ```
/// use cryptofunk_metrics::exporter::html::Unit;
///
/// assert_eq!(Unit::of("shop_order_duration_seconds").show(0.0123), "12.3 ms");
/// assert_eq!(Unit::of("process_resident_memory_bytes").show(12_345_678.0), "12.3 MB");
/// assert_eq!(Unit::of("shop_visitors_total").show(12_345.0), "12,345");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// A number.
    Number,
    /// Seconds; a value that can only be a date is shown as one.
    Seconds,
    /// Seconds since 1970.
    Timestamp,
    /// Bytes.
    Bytes,
    /// A share, of which 1 is all, in percent. No name says it: a ratio may be of anything.
    Ratio,
    /// Another unit, by its symbol.
    Other(&'static str),
}

impl Unit {
    /// The unit of a family or series, from the end of its name, by Prometheus' naming rules: `…_seconds`, `…_bytes_total`.
    pub fn of(name: &str) -> Self {
        let name = ["_total", "_bucket", "_sum", "_max", "_min"]
            .iter()
            .fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
        match name.rsplit('_').next().unwrap_or(name) {
            "seconds" if name.ends_with("_timestamp_seconds") => Unit::Timestamp,
            "seconds" => Unit::Seconds,
            "bytes" => Unit::Bytes,
            "celsius" => Unit::Other("°C"),
            "meters" => Unit::Other("m"),
            "grams" => Unit::Other("g"),
            "joules" => Unit::Other("J"),
            "volts" => Unit::Other("V"),
            "amperes" => Unit::Other("A"),
            "hertz" => Unit::Other("Hz"),
            _ => Unit::Number,
        }
    }

    /// The value with its unit, in three digits or a few more.
    pub fn show(self, value: f64) -> String {
        if !value.is_finite() {
            return number(value);
        }
        match self {
            Unit::Number => number(value),
            Unit::Seconds | Unit::Timestamp if self.is_date(value) => date(value),
            Unit::Seconds | Unit::Timestamp => duration(value),
            Unit::Bytes => scaled(value, &[(1.0, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB")]),
            Unit::Ratio => format!("{} %", number(value * 100.0)),
            Unit::Other(symbol) => format!("{} {symbol}", number(value)),
        }
    }

    /// Whether a value is shown as a date, in UTC.
    pub fn is_date(self, value: f64) -> bool {
        let earliest = if self == Unit::Timestamp { 0.0 } else { EARLIEST_DATE };
        matches!(self, Unit::Seconds | Unit::Timestamp) && (earliest..=LAST_DATE).contains(&value)
    }

    /// A rate with its unit: growth per second.
    pub fn show_rate(self, rate: f64) -> String {
        match self {
            Unit::Bytes | Unit::Seconds | Unit::Other(_) => format!("{}/s", self.show(rate)),
            _ if rate != 0.0 && rate.abs() < 1e3 => format!("{}/s", digits(rate, 3)),
            _ => format!("{}/s", number(rate)),
        }
    }
}

/// A number without a unit.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if size.is_infinite() {
        if value > 0.0 { "∞".to_owned() } else { "-∞".to_owned() }
    } else if size == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e15).contains(&size) {
        format!("{value:.2e}")
    } else if size < 1.0 {
        digits(value, 3)
    } else if size < 1e6 {
        let shown = trimmed(format!("{size:.2}"));
        let (whole, rest) = shown.split_at(shown.find('.').unwrap_or(shown.len()));
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}{rest}", grouped(whole))
    } else {
        scaled(value, &[(1e6, "M"), (1e9, "G"), (1e12, "T")])
    }
}

/// A duration, in one unit below a minute, in two above.
fn duration(seconds: f64) -> String {
    const SMALL: [(f64, &str); 4] = [(1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s")];
    let size = seconds.abs();
    if size == 0.0 {
        return "0 s".to_owned();
    }
    if size < 59.95 {
        return scaled(seconds, &SMALL);
    }
    let whole = size.round() as u64;
    let two = |first: u64, unit: &str, second: u64, smaller: &str| match second {
        0 => format!("{first} {unit}"),
        second => format!("{first} {unit} {second} {smaller}"),
    };
    let shown = match whole {
        0..3_600 => two(whole / 60, "min", whole % 60, "s"),
        3_600..86_400 => two(whole / 3_600, "h", whole / 60 % 60, "min"),
        _ => two(whole / 86_400, "d", whole / 3_600 % 24, "h"),
    };
    if seconds < 0.0 { format!("-{shown}") } else { shown }
}

/// Seconds since 1970, as a date in UTC.
fn date(seconds: f64) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds);
    humantime::format_rfc3339_seconds(time).to_string().replace('T', " ").replace('Z', "")
}

/// A value in the unit in which it has one to three digits before its point.
fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let fits =
        |(factor, _): &&(f64, &str)| digits(value.abs() / factor, 3).parse::<f64>().is_ok_and(|shown| shown < 1e3);
    let Some((factor, unit)) = units.iter().find(fits).or(units.last()) else { return number(value) };
    format!("{} {unit}", digits(value / factor, 3))
}

/// A number in so many digits that count, without zeros at its end.
fn digits(value: f64, count: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.abs() < 1e-4 {
        return format!("{value:.2e}");
    }
    let before = value.abs().log10().floor() as i32 + 1;
    trimmed(format!("{value:.*}", usize::try_from(count - before).unwrap_or(0)))
}

fn trimmed(shown: String) -> String {
    if !shown.contains('.') {
        return shown;
    }
    shown.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Commas between thousands.
fn grouped(whole: &str) -> String {
    let mut out = String::with_capacity(whole.len() + 2);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<const N: usize>(unit: Unit, values: [f64; N]) -> [String; N] {
        values.map(|value| unit.show(value))
    }

    #[test]
    fn numbers_have_few_digits_and_never_lie_by_rounding_to_nothing() {
        assert_eq!(
            shown(Unit::Number, [0.0, -0.0, 1.0, -7.0, 1.584_77, 999.999]),
            ["0", "0", "1", "-7", "1.58", "1,000"]
        );
        assert_eq!(shown(Unit::Number, [0.012_345, 0.000_123_4, 0.000_001_5]), ["0.0123", "0.000123", "1.50e-6"]);
        assert_eq!(shown(Unit::Number, [1_234.0, 99_999.5, -100_234.567]), ["1,234", "99,999.5", "-100,234.57"]);
        assert_eq!(shown(Unit::Number, [1e6, 1_234_567.0, 2e12, 9.9e15]), ["1 M", "1.23 M", "2 T", "9.90e15"]);
        assert_eq!(shown(Unit::Number, [f64::NAN, f64::INFINITY, f64::NEG_INFINITY]), ["NaN", "∞", "-∞"]);
    }

    #[test]
    fn durations_are_read_in_the_unit_that_fits() {
        assert_eq!(
            shown(Unit::Seconds, [0.0, 2.5e-8, 0.000_123, 0.012_34, 0.999_6]),
            ["0 s", "25 ns", "123 µs", "12.3 ms", "1 s"]
        );
        assert_eq!(
            shown(Unit::Seconds, [1.0, 59.9, 59.99, 60.0, 312.0]),
            ["1 s", "59.9 s", "1 min", "1 min", "5 min 12 s"]
        );
        assert_eq!(
            shown(Unit::Seconds, [3_600.0, 11_130.0, 90_000.0, -90.0]),
            ["1 h", "3 h 5 min", "1 d 1 h", "-1 min 30 s"]
        );
        assert_eq!(Unit::Seconds.show(f64::NAN), "NaN");
    }

    #[test]
    fn bytes_are_decimal() {
        assert_eq!(shown(Unit::Bytes, [0.0, 1.0, 999.0, 1_000.0, 999_950.0]), ["0 B", "1 B", "999 B", "1 kB", "1 MB"]);
        assert_eq!(shown(Unit::Bytes, [12_345_678.0, 6.4e10, 2.5e15]), ["12.3 MB", "64 GB", "2500 TB"]);
    }

    #[test]
    fn timestamps_are_dates() {
        let unit = Unit::of("process_start_time_seconds");
        assert_eq!(unit.show(1_795_862_253.7), "2026-11-28 10:37:33");
        assert_eq!(Unit::Timestamp.show(0.0), "1970-01-01 00:00:00");
        assert_eq!(Unit::Timestamp.show(1e12), "11574074 d 1 h", "past the calendar");
        assert_eq!(Unit::of("app_response_time_seconds").show(0.25), "250 ms");
        assert_eq!(Unit::of("backup_last_success_timestamp_seconds"), Unit::Timestamp);
    }

    #[test]
    fn the_unit_stands_in_the_name() {
        for (name, unit) in [
            ("process_cpu_seconds_total", Unit::Seconds),
            ("mcp_result_bytes", Unit::Bytes),
            ("mcp_result_bytes_sum", Unit::Bytes),
            ("sharpe_ratio", Unit::Number),
            ("room_temperature_celsius", Unit::Other("°C")),
            ("bytes", Unit::Bytes),
            ("kilobytes_read", Unit::Number),
            ("mcp_sessions_total", Unit::Number),
            ("request_duration_seconds_count", Unit::Number),
        ] {
            assert_eq!(Unit::of(name), unit, "{name}");
        }
        assert_eq!(Unit::Ratio.show(0.1234), "12.34 %");
        assert_eq!(Unit::Other("°C").show(21.5), "21.5 °C");
    }

    #[test]
    fn rates_are_a_second() {
        assert_eq!(Unit::Number.show_rate(0.0), "0/s");
        assert_eq!(Unit::Number.show_rate(0.066_666), "0.0667/s");
        assert_eq!(Unit::Number.show_rate(12_345.6), "12,345.6/s");
        assert_eq!(Unit::Bytes.show_rate(1_500.0), "1.5 kB/s");
        assert_eq!(Unit::Seconds.show_rate(0.012), "12 ms/s");
    }
}
