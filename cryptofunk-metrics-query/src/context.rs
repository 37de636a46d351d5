use crate::{names::Names, schema::Schema};

/// What the parts of a query are looked at with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) names: Names<'a>,
}
