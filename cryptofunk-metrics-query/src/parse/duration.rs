//! Durations of ranges and offsets, which Prometheus 3 calculates: `[5m * 2]`, `offset -(1h + step())`.

use crate::parse::{
    grammar::{Parser, Result},
    lexer::{Kind, Mode, Token},
    literal,
    syntax_error::SyntaxError,
};

/// How deep parentheses may stand in each other in a duration.
const DEEPEST: u32 = 100;

/// Go counts nanoseconds in 64 bits.
const LONGEST: f64 = i64::MAX as f64 / 1e9;

/// Seconds; nothing if only Prometheus knows them.
type Seconds = Option<f64>;

impl<'t> Parser<'_, 't> {
    /// The range of a selector or a subquery, in milliseconds; nothing if only Prometheus knows it.
    pub(crate) fn positive_duration(&mut self) -> Result<Option<u64>> {
        let start = self.lexer.at;
        let seconds = self.sum(Mode::Brackets, 0, 0)?;
        let text = self.lexer.text[start..self.lexer.at].trim_start_matches(['+', '-', ' ']);
        let is_calculated = text.contains(['+', '-', '*', '/', '%', '^', '(']);
        match seconds {
            // What is calculated is looked at when it is asked for.
            Some(seconds) if seconds <= 0.0 && is_calculated => Ok(None),
            Some(seconds) if seconds <= 0.0 || seconds.is_nan() || seconds > LONGEST => {
                Err(SyntaxError::new("a range is longer than 0 and shorter than 292 years", start, self.lexer.at))
            }
            Some(seconds) => Ok(Some((seconds * 1000.0).round() as u64)),
            None => Ok(None),
        }
    }

    /// What follows `offset`: one duration, or a calculation in parentheses.
    pub(crate) fn offset(&mut self) -> Result<()> {
        let mut token = self.lexer.peek(Mode::Query)?;
        if token.is("-") || token.is("+") {
            self.lexer.next(Mode::Query)?;
            token = self.lexer.peek(Mode::Query)?;
            if token.is("(") {
                return self.operand_of_duration(Mode::Query, 0).map(|_| ());
            }
        }
        // A calculation that begins with parentheses goes on.
        let parenthesis = token.is("(");
        self.operand_of_duration(Mode::Query, 0)?;
        if parenthesis {
            let mut ahead = self.lexer;
            while ahead.next(Mode::Query).is_ok_and(|token| strength(&token).is_some())
                && ahead.peek(Mode::Query).is_ok_and(|token| matches!(token.kind, Kind::Number | Kind::Duration))
            {
                ahead.next(Mode::Query)?;
                self.lexer = ahead;
            }
        }
        Ok(())
    }

    fn sum(&mut self, mode: Mode, least: u8, depth: u32) -> Result<Seconds> {
        let mut left = self.operand_of_duration(mode, depth)?;
        loop {
            let token = self.lexer.peek(mode)?;
            let Some(strength) = strength(&token).filter(|strength| *strength >= least) else { return Ok(left) };
            self.lexer.next(mode)?;
            // `^` groups from the right.
            let right = self.sum(mode, if strength == 3 { 3 } else { strength + 1 }, depth + 1)?;
            if matches!(token.text, "/" | "%") && right == Some(0.0) {
                return Err(SyntaxError::new("a duration is divided by 0", token.start, token.end()));
            }
            left = left.zip(right).map(|(left, right)| match token.text {
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                "/" => left / right,
                "%" => left % right,
                _ => left.powf(right),
            });
        }
    }

    fn operand_of_duration(&mut self, mode: Mode, depth: u32) -> Result<Seconds> {
        let token = self.duration_word(mode)?;
        if depth > DEEPEST {
            return Err(SyntaxError::new("a duration stands in too many parentheses", token.start, token.end()));
        }
        let wrong = || {
            let message = format!("expected a duration, as in `5m`, not {}", token.told());
            SyntaxError::new(message, token.start, token.end())
        };
        match token.kind {
            Kind::Number => {
                literal::number(token.text).filter(|seconds| seconds.abs() <= LONGEST).map(Some).ok_or_else(wrong)
            }
            Kind::Duration => {
                let millis = literal::duration(token.text).ok_or_else(|| {
                    let message = format!("`{}` is no duration: units stand in order, as in `1h30m`", token.text);
                    SyntaxError::new(message, token.start, token.end())
                })?;
                Ok(Some(millis as f64 / 1000.0))
            }
            Kind::Symbol if matches!(token.text, "-" | "+") => {
                let seconds = self.sum(mode, 2, depth + 1)?;
                Ok(seconds.map(|seconds| if token.text == "-" { -seconds } else { seconds }))
            }
            Kind::Symbol if token.text == "(" => {
                let seconds = self.sum(mode, 0, depth + 1)?;
                self.expect(")", mode)?;
                Ok(seconds)
            }
            Kind::Word if token.is_word("step") || token.is_word("range") => {
                self.expect("(", mode)?;
                self.expect(")", mode)?;
                Ok(None)
            }
            Kind::Word if token.is_word("min_of") || token.is_word("max_of") => {
                self.expect("(", mode)?;
                let one = self.sum(mode, 0, depth + 1)?;
                self.expect(",", mode)?;
                let other = self.sum(mode, 0, depth + 1)?;
                self.expect(")", mode)?;
                let least = token.is_word("min_of");
                Ok(one.zip(other).map(|(one, other)| if least { one.min(other) } else { one.max(other) }))
            }
            _ => Err(wrong()),
        }
    }
}

fn strength(token: &Token<'_>) -> Option<u8> {
    (token.kind == Kind::Symbol).then_some(())?;
    match token.text {
        "+" | "-" => Some(0),
        "*" | "/" | "%" => Some(1),
        "^" => Some(3),
        _ => None,
    }
}
