//! Numbers as both formats write them.

/// Most counts of a scrape are small: buckets that nobody hits, errors that nobody makes.
#[inline]
pub(super) fn unsigned(value: u64, out: &mut String) {
    match value {
        0..=9 => out.push(char::from(b'0' + value as u8)),
        _ => out.push_str(itoa::Buffer::new().format(value)),
    }
}

pub(super) fn signed(value: i64, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(value));
}

/// The shortest text that reads back as the same number.
pub(super) fn float(value: f64, out: &mut String) {
    // Every integer below 2^53 has an exact, shorter text; -0 has not.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT && !(value == 0.0 && value.is_sign_negative()) {
        out.push_str(itoa::Buffer::new().format(value as i64));
    } else {
        special_or(value, out);
    }
}

/// A bucket bound. Both formats get the form that OpenMetrics prescribes, `1.0` rather than `1`, so that a series does not
/// change its name with the negotiated format.
pub(super) fn bound(value: f64, out: &mut String) {
    special_or(value, out);
}

fn special_or(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        out.push_str(zmij::Buffer::new().format_finite(value));
    }
}
