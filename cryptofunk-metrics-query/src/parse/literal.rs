//! Numbers, durations and texts, as Go reads them.

/// The value of a number.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    match plain.to_ascii_lowercase().as_str() {
        "inf" => return Some(f64::INFINITY),
        "nan" => return Some(f64::NAN),
        lower => {
            if let Some(digits) = lower.strip_prefix("0x") {
                return u64::from_str_radix(digits, 16).ok().map(|number| number as f64);
            }
            // What begins with 0 is octal, unless it cannot be.
            if lower.len() > 1
                && lower.starts_with('0')
                && let Ok(octal) = u64::from_str_radix(lower, 8)
            {
                return Some(octal as f64);
            }
        }
    }
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A duration in milliseconds: `1h30m`. Units stand in the order of their lengths, each once.
pub(crate) fn duration(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 7] = [
        ("y", 365 * 24 * 3_600_000),
        ("w", 7 * 24 * 3_600_000),
        ("d", 24 * 3_600_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    let (mut left, mut next, mut sum) = (text, 0, 0_u64);
    while !left.is_empty() {
        let digits = left.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = left[..digits].parse().ok()?;
        let rest = &left[digits..];
        let len = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = UNITS.iter().skip(next).position(|(unit, _)| *unit == &rest[..len])? + next;
        sum = sum.checked_add(number.checked_mul(UNITS[unit].1)?)?;
        // Go counts nanoseconds in 64 bits.
        if sum > i64::MAX as u64 / 1_000_000 {
            return None;
        }
        (next, left) = (unit + 1, &rest[len..]);
    }
    Some(sum)
}

/// What a text in quotes says.
///
/// # Errors
///
/// An escape that Go does not know.
pub(crate) fn unquote(quoted: &str) -> Result<String, String> {
    let (quote, inside) = (quoted.as_bytes()[0] as char, &quoted[1..quoted.len() - 1]);
    if quote == '`' {
        // Go leaves carriage returns out of raw texts.
        return Ok(inside.replace('\r', ""));
    }
    let mut bytes = Vec::with_capacity(inside.len());
    let mut left = inside;
    while let Some(at) = left.find('\\') {
        bytes.extend_from_slice(&left.as_bytes()[..at]);
        left = escape(&left[at + 1..], quote, &mut bytes)?;
    }
    bytes.extend_from_slice(left.as_bytes());
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Adds what a backslash before `rest` stands for, and answers what follows.
fn escape<'t>(rest: &'t str, quote: char, bytes: &mut Vec<u8>) -> Result<&'t str, String> {
    let c = rest.chars().next().unwrap_or_default();
    let wrong = || format!("unknown escape sequence `\\{c}`; a backslash is `\\\\`");
    let simple = match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' => b'\\',
        _ if c == quote => c as u8,
        '0'..='7' => {
            let digits = rest.get(..3).ok_or_else(wrong)?;
            bytes.push(u8::from_str_radix(digits, 8).map_err(|_| wrong())?);
            return Ok(&rest[3..]);
        }
        'x' => {
            let digits = rest.get(1..3).ok_or_else(wrong)?;
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
            return Ok(&rest[3..]);
        }
        'u' | 'U' => {
            let end = if c == 'u' { 5 } else { 9 };
            let digits = rest.get(1..end).ok_or_else(wrong)?;
            let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or_else(wrong)?;
            bytes.extend_from_slice(code.encode_utf8(&mut [0; 4]).as_bytes());
            return Ok(&rest[end..]);
        }
        _ => return Err(wrong()),
    };
    bytes.push(simple);
    Ok(&rest[c.len_utf8()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_are_those_of_go() {
        let numbers = ["1_000", "0x1F", "017", "08", "1.5e3", ".5", "Inf"].map(|text| number(text).expect("a number"));
        assert_eq!(numbers, [1000.0, 31.0, 15.0, 8.0, 1500.0, 0.5, f64::INFINITY]);
        for (text, millis) in [("5m", Some(300_000)), ("1h30m", Some(5_400_000)), ("1d1ms", Some(86_400_001))] {
            assert_eq!(duration(text), millis);
        }
        for text in ["30m1h", "1m1m", "5", "400000000y", "5mm"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_unquoted() {
        for (quoted, text) in
            [(r#""a\"b\\c\n""#, "a\"b\\c\n"), (r"'it\'s'", "it's"), (r"`a\b`", r"a\b"), (r#""\x41\101\u0042""#, "AAB")]
        {
            assert_eq!(unquote(quoted).expect(quoted), text);
        }
        for quoted in [r#""\.""#, r#""\'""#, r#""\xZ""#, r#""\ud800""#, r#""\400""#] {
            assert!(unquote(quoted).is_err(), "{quoted}");
        }
    }
}
