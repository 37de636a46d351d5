//! Error messages that are put together while the compiler evaluates a constant.

const CAPACITY: usize = 1536;

#[derive(Clone, Copy)]
pub struct Message {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Message {
    #[allow(clippy::new_without_default, reason = "constants cannot call `default`")]
    pub const fn new() -> Self {
        Message { bytes: [0; CAPACITY], len: 0 }
    }

    /// Appends a text; what does not fit is left out.
    pub const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() && self.len < CAPACITY {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// Appends where two families are declared, if that is known.
    pub const fn push_places(self, first: &str, second: &str) -> Self {
        if first.is_empty() || second.is_empty() {
            return self;
        }
        self.push(", at ").push(first).push(" and at ").push(second)
    }

    /// Appends a duration as Prometheus writes it, of one unit.
    pub const fn push_duration(self, millis: u64) -> Self {
        if !millis.is_multiple_of(1_000) {
            self.push_number(millis).push("ms")
        } else if !millis.is_multiple_of(60_000) {
            self.push_number(millis / 1_000).push("s")
        } else {
            self.push_number(millis / 60_000).push("m")
        }
    }

    /// Appends a number.
    pub const fn push_number(self, number: u64) -> Self {
        let begun = if number < 10 { self } else { self.push_number(number / 10) };
        begun.push("0123456789".split_at((number % 10) as usize).1.split_at(1).0)
    }

    /// Appends a number with up to six digits behind its point.
    pub const fn push_decimal(self, number: f64) -> Self {
        const SCALE: u64 = 1_000_000;
        let scaled = (number * SCALE as f64 + 0.5) as u64;
        let (mut message, mut left, mut digit) = (self.push_number(scaled / SCALE), scaled % SCALE, SCALE / 10);
        if left > 0 {
            message = message.push(".");
        }
        while left > 0 {
            message = message.push_number(left / digit);
            left %= digit;
            digit /= 10;
        }
        message
    }

    /// Appends a duration as attributes take it: of one unit, down to microseconds.
    pub const fn push_seconds(self, seconds: f64) -> Self {
        let micros = (seconds * 1e6 + 0.5) as u64;
        if !micros.is_multiple_of(1_000) {
            self.push_number(micros).push("us")
        } else if !micros.is_multiple_of(1_000_000) {
            self.push_number(micros / 1_000).push("ms")
        } else {
            self.push_number(micros / 1_000_000).push("s")
        }
    }

    pub const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // A character was cut in two at the end of the buffer.
            Err(error) => match std::str::from_utf8(self.bytes.split_at(error.valid_up_to()).0) {
                Ok(text) => text,
                Err(_) => "",
            },
        }
    }

    #[track_caller]
    pub const fn panic(&self) -> ! {
        panic!("{}", self.text())
    }
}

// The compiler takes its time for each step of these, and for each call: so they take texts apart by pattern, eight letters at once.

pub const fn same(a: &str, b: &str) -> bool {
    same_letters(a.as_bytes(), b.as_bytes())
}

pub const fn same_letters(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && letters_start_with(a, b)
}

pub const fn starts_with(text: &str, start: &str) -> bool {
    letters_start_with(text.as_bytes(), start.as_bytes())
}

pub const fn ends_with(text: &str, end: &str) -> bool {
    text.len() >= end.len() && same_letters(text.as_bytes().split_at(text.len() - end.len()).1, end.as_bytes())
}

const fn letters_start_with(mut text: &[u8], mut start: &[u8]) -> bool {
    while let [a, b, c, d, e, f, g, h, ref text_left @ ..] = *text
        && let [s, t, u, v, w, x, y, z, ref start_left @ ..] = *start
    {
        if a != s || b != t || c != u || d != v || e != w || f != x || g != y || h != z {
            return false;
        }
        (text, start) = (text_left, start_left);
    }
    while let [a, ref text_left @ ..] = *text
        && let [s, ref start_left @ ..] = *start
    {
        if a != s {
            return false;
        }
        (text, start) = (text_left, start_left);
    }
    matches!(start, [])
}

/// Takes a text of this length from the beginning of bytes: whether it is this one, and what stands behind it. Slices are not split at a
/// place: that takes the compiler as long as hundreds of steps.
pub const fn take<'a>(bytes: &'a [u8], mut len: u8, text: &[u8]) -> (bool, &'a [u8]) {
    let (mut bytes, mut text) = (bytes, text);
    let mut is_it = true;
    while len > 0
        && let [letter, ref left @ ..] = *bytes
    {
        match *text {
            [first, ref text_left @ ..] if is_it && first == letter => text = text_left,
            _ => is_it = false,
        }
        (bytes, len) = (left, len - 1);
    }
    (is_it && matches!(text, []), bytes)
}

pub const fn contains(text: &str, part: &str) -> bool {
    let [first, ref part @ ..] = *part.as_bytes() else { return true };
    let mut text = text.as_bytes();
    while let [letter, ref left @ ..] = *text {
        if letter == first && letters_start_with(left, part) {
            return true;
        }
        text = left;
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_written_as_prometheus_does() {
        let written = |millis| Message::new().push_duration(millis).text().to_owned();
        assert_eq!([0, 250, 90_000, 3_600_000].map(written), ["0m", "250ms", "90s", "60m"]);
    }

    #[test]
    fn numbers_are_written_as_people_do() {
        let decimal = |number| Message::new().push_decimal(number).text().to_owned();
        assert_eq!([99.5, 99.0, 99.95, 0.000_001, 99.999].map(decimal), ["99.5", "99", "99.95", "0.000001", "99.999"]);
        let seconds = |number| Message::new().push_seconds(number).text().to_owned();
        assert_eq!([0.25, 1.0, 300.0, 0.0025, 2.5].map(seconds), ["250ms", "1s", "300s", "2500us", "2500ms"]);
    }

    proptest! {
        #[test]
        fn texts_compare_as_those_of_the_standard_library(a in "[ab]{0,3}c{0,9}[ab]{0,3}", b in "[ab]{0,3}c{0,9}") {
            prop_assert_eq!(same(&a, &b), a == b);
            prop_assert_eq!(starts_with(&a, &b), a.starts_with(&b));
            prop_assert_eq!(contains(&a, &b), a.contains(&b));
        }
    }
}
