//! The mistakes of a query.

use cryptofunk_metrics_catalog::message::{Message, same};

use crate::lint_rule::LintRule;

/// How many mistakes of one query are told.
const MOST: usize = 8;

/// One mistake of a query.
#[derive(Clone, Copy)]
struct Finding {
    rule: LintRule,
    message: Message,
}

/// The mistakes of a query, but those that are silenced.
pub(crate) struct Findings<'a> {
    allowed: &'a [LintRule],
    found: [Option<Finding>; MOST],
    len: usize,
}

impl<'a> Findings<'a> {
    pub(crate) const fn new(allowed: &'a [LintRule]) -> Self {
        Findings { allowed, found: [const { None }; MOST], len: 0 }
    }

    pub(crate) const fn add(&mut self, rule: LintRule, message: Message) {
        let mut i = 0;
        while i < self.allowed.len() {
            if self.allowed[i] as u8 == rule as u8 {
                return;
            }
            i += 1;
        }
        // A part that stands in a query twice is told once.
        let mut i = 0;
        while i < self.len {
            if let Some(known) = &self.found[i]
                && same(known.message.text(), message.text())
            {
                return;
            }
            i += 1;
        }
        if self.len < MOST {
            self.found[self.len] = Some(Finding { rule, message });
            self.len += 1;
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (LintRule, &Message)> {
        self.found.iter().flatten().map(|finding| (finding.rule, &finding.message))
    }

    /// Panics with everything that was found; `place` begins the message.
    #[track_caller]
    pub(crate) const fn panic(&self, place: &str) {
        if self.len == 0 {
            return;
        }
        let mut all = Message::new();
        if !place.is_empty() {
            all = all.push(place).push(": ");
        }
        let mut i = 0;
        while i < self.len {
            if let Some(Finding { rule, message }) = &self.found[i] {
                if i > 0 {
                    all = all.push("\nalso: ");
                }
                all = all.push(message.text()).push(" [").push(rule.name()).push("]");
            }
            i += 1;
        }
        all.panic();
    }
}
