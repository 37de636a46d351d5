use crate::{names::Names, rules::Record, schema::Schema};

/// How many rules that record each other are followed: each may use several, and each of these several.
const DEEPEST: u8 = 4;

/// How many rules of one name are followed, and half as many each rule deeper: rules on rules of which each name has dozens would take for ever.
const MOST_OF_A_NAME: usize = 8;

/// What the parts of a query are looked at with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) names: Names<'a>,
    /// How many recording rules the query stands in.
    depth: u8,
}

impl<'a> Context<'a> {
    pub(crate) const fn new(schema: &'a Schema, names: Names<'a>) -> Self {
        Context { schema, names, depth: 0 }
    }

    /// Whether so many rules of one name are too many to be followed.
    pub(crate) const fn are_too_many(&self, rules: usize) -> bool {
        rules > MOST_OF_A_NAME >> self.depth
    }

    /// The same for the query of a rule that records what this one asks for, unless it is too deep.
    pub(crate) const fn inside(&self, record: &'static Record) -> Option<Self> {
        if self.depth == DEEPEST {
            return None;
        }
        Some(Context { schema: self.schema, names: record.query.tree().names, depth: self.depth + 1 })
    }
}
