//! Classes of characters, `[a-z]`, and what a backslash begins.

pub(super) type Ranges = Vec<(u32, u32)>;

const LAST: u32 = 0x10_FFFF;
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
const SPACE: &[(u32, u32)] = &[(0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)];

const NAMED: &[(&str, &[(u32, u32)])] = &[
    ("alnum", &[(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)]),
    ("alpha", &[(0x41, 0x5A), (0x61, 0x7A)]),
    ("ascii", &[(0x00, 0x7F)]),
    ("blank", &[(0x09, 0x09), (0x20, 0x20)]),
    ("cntrl", &[(0x00, 0x1F), (0x7F, 0x7F)]),
    ("digit", DIGIT),
    ("graph", &[(0x21, 0x7E)]),
    ("lower", &[(0x61, 0x7A)]),
    ("print", &[(0x20, 0x7E)]),
    ("punct", &[(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)]),
    ("space", &[(0x09, 0x0D), (0x20, 0x20)]),
    ("upper", &[(0x41, 0x5A)]),
    ("word", WORD),
    ("xdigit", &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)]),
];

/// What a backslash begins.
pub(super) enum Escape<'t> {
    /// A character, that itself or by its number.
    Character(char),
    /// One of some characters.
    Class(Ranges),
    /// One of the characters of a class of Unicode, whose table this does not have.
    Unicode,
    /// The beginning of the text.
    Begins,
    /// The end of the text.
    Ends,
    /// A place between two letters of a kind.
    Boundary,
    /// A text without operators, `\Q…\E`.
    Literal(&'t str),
}

/// What a backslash before `rest` begins, and what follows it.
pub(super) fn escape(rest: &str) -> Result<(Escape<'_>, &str), String> {
    let mut chars = rest.chars();
    let Some(c) = chars.next() else { return Err("trailing backslash at end of expression".to_owned()) };
    let after = chars.as_str();
    let wrong = || format!("invalid escape sequence: `\\{c}`");
    let escape = match c {
        'd' => Escape::Class(DIGIT.to_vec()),
        'D' => Escape::Class(others(DIGIT)),
        's' => Escape::Class(SPACE.to_vec()),
        'S' => Escape::Class(others(SPACE)),
        'w' => Escape::Class(WORD.to_vec()),
        'W' => Escape::Class(others(WORD)),
        'A' => Escape::Begins,
        'z' => Escape::Ends,
        'b' | 'B' => Escape::Boundary,
        'p' | 'P' => return unicode_class(after),
        'Q' => {
            let (text, after) = after.split_once("\\E").unwrap_or((after, ""));
            return Ok((Escape::Literal(text), after));
        }
        '1'..='7' if !after.starts_with(|c: char| matches!(c, '0'..='7')) => return Err(wrong()),
        '0'..='7' => {
            let len = 1 + after.bytes().take(2).take_while(|b| matches!(b, b'0'..=b'7')).count();
            return Ok((Escape::Character(number(&rest[..len], 8).ok_or_else(wrong)?), &rest[len..]));
        }
        'x' => {
            let (digits, after) = match after.strip_prefix('{') {
                Some(inside) => inside.split_once('}').ok_or_else(wrong)?,
                None if after.len() >= 2 && after.is_char_boundary(2) => after.split_at(2),
                None => return Err(wrong()),
            };
            return Ok((Escape::Character(number(digits, 16).ok_or_else(wrong)?), after));
        }
        'a' => Escape::Character('\u{7}'),
        'f' => Escape::Character('\u{C}'),
        'n' => Escape::Character('\n'),
        'r' => Escape::Character('\r'),
        't' => Escape::Character('\t'),
        'v' => Escape::Character('\u{B}'),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Escape::Character(c),
        _ => return Err(wrong()),
    };
    Ok((escape, after))
}

fn number(digits: &str, base: u32) -> Option<char> {
    let number = u32::from_str_radix(digits, base).ok().filter(|number| *number <= LAST)?;
    // Go takes halves of pairs too; no text of Prometheus has one.
    Some(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// `\pN` or `\p{Greek}`.
fn unicode_class(after: &str) -> Result<(Escape<'_>, &str), String> {
    let (name, after) = match after.strip_prefix('{') {
        Some(inside) => inside.split_once('}').ok_or_else(|| "invalid character class range: `\\p{`".to_owned())?,
        None => after.split_at(after.chars().next().map_or(0, char::len_utf8)),
    };
    let word = name.strip_prefix('^').unwrap_or(name);
    let is_category = word.starts_with(['C', 'L', 'M', 'N', 'P', 'S', 'Z']) && word.len() <= 2;
    let is_script = word.len() > 2 && word.starts_with(|c: char| c.is_ascii_uppercase());
    if is_category || is_script {
        return Ok((Escape::Unicode, after));
    }
    Err(format!("invalid character class range: `\\p{{{name}}}`"))
}

/// What stands in brackets, of which the first is read already; what follows them; `None` if it has a class of Unicode.
pub(super) fn class(rest: &str) -> Result<(Option<Ranges>, &str), String> {
    let whole = rest;
    let (negated, mut rest) = match rest.strip_prefix('^') {
        Some(inside) => (true, inside),
        None => (false, rest),
    };
    let mut ranges = Ranges::new();
    let (mut unknown, mut first) = (false, true);
    loop {
        if let Some(after) = rest.strip_prefix(']')
            && !first
        {
            ranges.sort_unstable();
            let ranges = if negated { others(&ranges) } else { ranges };
            return Ok(((!unknown).then_some(ranges), after));
        }
        first = false;
        if let Some(inside) = rest.strip_prefix("[:")
            && let Some((name, after)) = inside.split_once(":]")
        {
            let (name, is_negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
            let named = NAMED.iter().find(|(known, _)| *known == name);
            let (_, named) = named.ok_or_else(|| format!("invalid character class range: `[:{name}:]`"))?;
            ranges.extend(if is_negated { others(named) } else { named.to_vec() });
            rest = after;
            continue;
        }
        let (low, after) = match one(rest)? {
            (Escape::Class(more), after) => {
                ranges.extend(more);
                rest = after;
                continue;
            }
            (Escape::Unicode, after) => {
                (unknown, rest) = (true, after);
                continue;
            }
            (Escape::Character(low), after) => (low as u32, after),
            _ => return Err(format!("invalid escape sequence in `[{whole}`")),
        };
        rest = after;
        let mut high = low;
        if let Some(after) = rest.strip_prefix('-').filter(|after| !after.starts_with(']')) {
            let (Escape::Character(last), after) = one(after)? else {
                return Err(format!("invalid character class range: `[{whole}`"));
            };
            (high, rest) = (last as u32, after);
            if high < low {
                return Err(format!("invalid character class range: `[{whole}`"));
            }
        }
        ranges.push((low, high));
    }
}

/// The next character of a class.
fn one(rest: &str) -> Result<(Escape<'_>, &str), String> {
    if let Some(after) = rest.strip_prefix('\\') {
        return escape(after);
    }
    let mut chars = rest.chars();
    let c = chars.next().ok_or_else(|| "missing closing ]".to_owned())?;
    Ok((Escape::Character(c), chars.as_str()))
}

/// The same letters of both cases, as far as they are those of ASCII.
pub(super) fn folded(mut ranges: Ranges) -> Ranges {
    for (low, high) in ranges.clone() {
        for (from, to, shift) in [(0x41, 0x5A, 0x20_i64), (0x61, 0x7A, -0x20)] {
            let (low, high) = (low.max(from), high.min(to));
            if low <= high {
                let other = |code: u32| u32::try_from(i64::from(code) + shift).unwrap_or(code);
                ranges.push((other(low), other(high)));
            }
        }
    }
    ranges
}

/// All characters but these, which are in order.
pub(super) fn others(ranges: &[(u32, u32)]) -> Ranges {
    let (mut rest, mut next) = (Ranges::new(), 0);
    for (low, high) in ranges {
        if *low > next {
            rest.push((next, low - 1));
        }
        next = next.max(high + 1);
    }
    if next <= LAST {
        rest.push((next, LAST));
    }
    rest
}
