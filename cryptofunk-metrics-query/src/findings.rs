//! The mistakes of a query.

use cryptofunk_metrics_catalog::message::{Message, same};

use crate::{lint_rule::LintRule, node::Span};

/// How many mistakes of one query the compiler tells.
pub(crate) const TOLD: usize = 8;

/// One mistake of a query.
#[derive(Clone, Copy)]
pub(crate) struct Finding {
    pub(crate) rule: LintRule,
    pub(crate) message: Message,
    pub(crate) span: Span,
}

/// The mistakes of a query, but those that are silenced.
pub(crate) struct Findings<'a> {
    allowed: &'a [LintRule],
    found: &'a mut [Option<Finding>],
    len: usize,
    /// How many more there are than there is room for.
    more: usize,
}

impl<'a> Findings<'a> {
    pub(crate) const fn new(allowed: &'a [LintRule], room: &'a mut [Option<Finding>]) -> Self {
        Findings { allowed, found: room, len: 0, more: 0 }
    }

    pub(crate) const fn add(&mut self, rule: LintRule, message: Message, span: Span) {
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
        if self.len < self.found.len() {
            self.found[self.len] = Some(Finding { rule, message, span });
            self.len += 1;
        } else {
            self.more += 1;
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// How many more there are than there was room for.
    pub(crate) const fn more(&self) -> usize {
        self.more
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.found[..self.len].iter().flatten()
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
            if let Some(Finding { rule, message, .. }) = &self.found[i] {
                if i > 0 {
                    all = all.push("\nalso: ");
                }
                all = all.push(message.text()).push(" [").push(rule.name()).push("]");
            }
            i += 1;
        }
        if self.more > 0 {
            all = all.push("\nand ").push_number(self.more as u64).push(" more");
        }
        all.panic();
    }
}
