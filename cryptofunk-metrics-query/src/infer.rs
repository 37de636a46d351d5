//! What the series of each part of a query are, from the parts inside it: bottom-up, once a part.

use cryptofunk_metrics_catalog::{
    descriptor::{MetricDescriptor, MetricKind},
    message::{contains, same},
};

use crate::{
    context::Context,
    named::{Named, declared, labelled_alike, named},
    names::LabelSet,
    node::{ANY, Grouping, Many, Matching, Node},
    rules::Record,
    schema::Schema,
};

/// Whether series have a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LabelPresence {
    Yes,
    No,
    /// It depends on what is not in the catalogue.
    Unknown,
}

/// What has the labels that a query does not name: they are kept together, or are gone together.
#[derive(Clone, Copy)]
pub(crate) enum Others {
    /// They are gone.
    None,
    /// The series of a name.
    Of(Named),
    /// Some series are those of the first name; others are those of the second, or have lost them.
    Either(Named, Option<Named>),
}

/// What is known of the series of a part.
#[derive(Clone, Copy)]
pub(crate) struct Inferred<'a> {
    /// Whether it is one number, rather than series.
    pub(crate) is_scalar: bool,
    /// The labels that the series have, of those that the query names.
    pub(crate) has: LabelSet,
    /// The labels that they may have.
    pub(crate) may_have: LabelSet,
    /// What has the labels that the query does not name.
    pub(crate) others: Others,
    /// The metric whose values these are, also where they were summed or scaled.
    pub(crate) metric: &'a str,
    /// Whether these values only go up, where that is known.
    pub(crate) cumulative: Option<bool>,
    /// The one selector whose series these are, with all their labels.
    pub(crate) selector: Option<&'a Node<'a>>,
}

impl<'a> Inferred<'a> {
    /// Series without labels, or a number.
    const BARE: Self = Inferred {
        is_scalar: false,
        has: LabelSet::EMPTY,
        may_have: LabelSet::EMPTY,
        others: Others::None,
        metric: "",
        cumulative: None,
        selector: None,
    };
    /// A number or a text.
    pub(crate) const SCALAR: Self = Inferred { is_scalar: true, ..Self::BARE };
    /// Series of which nothing is known.
    const UNKNOWN: Self = Inferred { may_have: LabelSet::ALL, others: Others::Of(Named::Foreign), ..Self::BARE };

    /// The labels of a set that no series has.
    pub(crate) const fn lacks(&self, labels: LabelSet) -> LabelSet {
        LabelSet(labels.0 & !(self.has.0 | self.may_have.0))
    }

    /// Whether the series have a label.
    pub(crate) const fn presence(&self, context: &Context<'_>, label: &str) -> LabelPresence {
        let bit = context.names.find(label).0;
        if bit != 0 {
            return if bit & self.has.0 != 0 {
                LabelPresence::Yes
            } else if bit & self.may_have.0 != 0 {
                LabelPresence::Unknown
            } else {
                LabelPresence::No
            };
        }
        match self.others {
            Others::None => LabelPresence::No,
            Others::Of(named) => presence_of(context.schema, named, label),
            Others::Either(named, other) => {
                let other = match other {
                    Some(other) => presence_of(context.schema, other, label),
                    None => LabelPresence::No,
                };
                let one = presence_of(context.schema, named, label);
                if one as u8 == other as u8 { one } else { LabelPresence::Unknown }
            }
        }
    }

    /// The same series with some labels only.
    const fn keep(self, labels: LabelSet) -> Self {
        Inferred {
            has: LabelSet(self.has.0 & labels.0),
            may_have: LabelSet(self.may_have.0 & labels.0),
            selector: None,
            ..self
        }
    }

    /// The same series with one more label.
    const fn with(self, context: &Context<'_>, label: &str) -> Self {
        let bit = context.names.find(label).0;
        Inferred { has: LabelSet(self.has.0 | bit), may_have: LabelSet(self.may_have.0 & !bit), selector: None, ..self }
    }

    /// Other values, with the same labels.
    const fn changed(self) -> Self {
        Inferred { cumulative: None, ..self }
    }
}

/// What the series of a part are.
pub(crate) const fn infer<'a>(context: &Context<'a>, node: &'a Node<'a>) -> Inferred<'a> {
    match node {
        Node::Number | Node::Text(_) => Inferred::SCALAR,
        Node::Selector { metric, .. } => selector(context, node, named(context.schema, metric)),
        Node::Subquery(inner) => subquery(infer(context, inner)),
        Node::Call { function, arguments } => {
            let mut of = None;
            let mut left: &[Node<'a>] = arguments;
            while let [argument, rest @ ..] = left {
                let argument = infer(context, argument);
                if of.is_none() && !argument.is_scalar {
                    of = Some(argument);
                }
                left = rest;
            }
            call(context, function, arguments, of)
        }
        Node::Aggregate { of, .. } => aggregate(context, node, infer(context, of)),
        Node::Binary { left, right, .. } => binary(node, infer(context, left), infer(context, right)),
    }
}

/// The series that a name stands for.
pub(crate) const fn selector<'a>(context: &Context<'a>, node: &'a Node<'a>, named: Named) -> Inferred<'a> {
    let Node::Selector { metric, .. } = node else { return Inferred::UNKNOWN };
    let (has, may_have) = selected(context, named);
    let cumulative = match named {
        // The sum and the count of a histogram have the histogram's kind.
        Named::Series(MetricDescriptor { kind: MetricKind::Untyped, .. }) => None,
        Named::Series(family) => Some(!matches!(family.kind, MetricKind::Gauge)),
        Named::Buckets(_) => Some(true),
        Named::Target => Some(false),
        _ => None,
    };
    Inferred { is_scalar: false, has, may_have, others: Others::Of(named), metric, cumulative, selector: Some(node) }
}

/// Something over a range.
pub(crate) const fn subquery(inner: Inferred<'_>) -> Inferred<'_> {
    inner.changed()
}

/// What a function answers; `of` is its first argument that is series.
pub(crate) const fn call<'a>(
    context: &Context<'a>,
    function: &'a str,
    arguments: &'a [Node<'a>],
    of: Option<Inferred<'a>>,
) -> Inferred<'a> {
    let is_scalar = matches!(function.as_bytes(), b"scalar" | b"time" | b"pi");
    let Some(of) = of else { return Inferred { is_scalar, ..Inferred::BARE } };
    match (function.as_bytes(), arguments) {
        (b"label_replace" | b"label_join", [_, Node::Text(added), ..]) => of.with(context, added).changed(),
        (b"absent", _) => Inferred::UNKNOWN,
        (b"absent_over_time", _) => Inferred { selector: of.selector, ..Inferred::UNKNOWN },
        (b"scalar", _) => Inferred::SCALAR,
        (b"histogram_quantile", _) => {
            Inferred { selector: of.selector, cumulative: None, ..of.keep(LabelSet(!LabelSet::LE.0)) }
        }
        (b"vector", _) => Inferred { selector: None, ..of.changed() },
        _ => of.changed(),
    }
}

/// What an aggregation answers.
pub(crate) const fn aggregate<'a>(context: &Context<'a>, node: &'a Node<'a>, of: Inferred<'a>) -> Inferred<'a> {
    let Node::Aggregate { operator, grouping, labels, parameter, .. } = node else { return Inferred::UNKNOWN };
    let of = match operator.as_bytes() {
        b"topk" | b"bottomk" | b"limitk" | b"limit_ratio" => return Inferred { selector: None, ..of },
        b"count" | b"group" => of.changed(),
        _ => of,
    };
    let kept = match grouping {
        Grouping::All => Inferred { others: Others::None, ..of.keep(LabelSet::EMPTY) },
        // What a variable of a dashboard stands for may be any label.
        Grouping::By if labels.0 & context.names.variables.0 != 0 => {
            let kept = of.keep(*labels);
            Inferred { may_have: LabelSet(kept.may_have.0 | !labels.0), others: Others::Of(Named::Foreign), ..kept }
        }
        Grouping::By => Inferred { others: Others::None, ..of.keep(*labels) },
        Grouping::Without => of.keep(LabelSet(!labels.0)),
    };
    match (operator.as_bytes(), parameter) {
        (b"count_values", Node::Text(added)) => kept.with(context, added).changed(),
        _ => kept,
    }
}

/// What an operator answers.
pub(crate) const fn binary<'a>(node: &'a Node<'a>, left: Inferred<'a>, right: Inferred<'a>) -> Inferred<'a> {
    let Node::Binary { operator, matching, labels, many, include, .. } = node else { return Inferred::UNKNOWN };
    if right.is_scalar {
        let cumulative = if is_arithmetic(operator) { left.cumulative } else { None };
        return Inferred { cumulative, selector: None, ..left };
    }
    if left.is_scalar {
        return Inferred { cumulative: None, selector: None, ..right };
    }
    let (left, right) = (left.changed(), right.changed());
    match operator.as_bytes() {
        b"and" | b"unless" => return Inferred { selector: None, ..left },
        b"or" => return either(left, right),
        _ => {}
    }
    match (many, matching) {
        (Many::Left, _) => joined(left, right, *include),
        (Many::Right, _) => joined(right, left, *include),
        (Many::None, Matching::All) => Inferred { selector: None, ..left },
        (Many::None, Matching::On) => Inferred { others: Others::None, ..left.keep(*labels) },
        (Many::None, Matching::Ignoring) => left.keep(LabelSet(!labels.0)),
    }
}

/// Series with some labels of those that they are joined with.
const fn joined<'a>(many: Inferred<'a>, one: Inferred<'a>, include: LabelSet) -> Inferred<'a> {
    Inferred {
        has: LabelSet(many.has.0 & !include.0 | one.has.0 & include.0),
        may_have: LabelSet(many.may_have.0 & !include.0 | one.may_have.0 & include.0),
        selector: None,
        ..many
    }
}

/// Series of both sides: what one has and the other lacks is not known.
const fn either<'a>(left: Inferred<'a>, right: Inferred<'a>) -> Inferred<'a> {
    let has = left.has.0 & right.has.0;
    let lack = !(left.has.0 | left.may_have.0) & !(right.has.0 | right.may_have.0);
    Inferred {
        has: LabelSet(has),
        may_have: LabelSet(!(has | lack)),
        others: either_of_others(&left, &right),
        selector: None,
        ..left
    }
}

const fn either_of_others(left: &Inferred<'_>, right: &Inferred<'_>) -> Others {
    if others_alike(left, right) {
        return left.others;
    }
    match (left.others, right.others) {
        (Others::None, Others::Of(named)) | (Others::Of(named), Others::None) => Others::Either(named, None),
        (Others::Of(named), Others::Of(other)) => Others::Either(named, Some(other)),
        // Of three and more it is not followed.
        _ => Others::Of(Named::Foreign),
    }
}

/// Whether the labels that the query does not name are surely the same.
pub(crate) const fn others_alike(left: &Inferred<'_>, right: &Inferred<'_>) -> bool {
    match (left.others, right.others) {
        (Others::None, Others::None) | (Others::Of(Named::Target), Others::Of(Named::Target)) => true,
        (
            Others::Of(Named::Series(family) | Named::Buckets(family)),
            Others::Of(Named::Series(second) | Named::Buckets(second)),
        ) => labelled_alike(family, second),
        _ => false,
    }
}

/// The labels that the series of a name have, of those that the query names, and those that they may have.
const fn selected(context: &Context<'_>, named: Named) -> (LabelSet, LabelSet) {
    let (names, schema) = (&context.names, context.schema);
    let (mut has, unknown) = match named {
        Named::Series(_) | Named::Bare(_) | Named::NoHistogram(_) => (LabelSet::TARGET.0, names.variables.0),
        Named::Buckets(_) => (LabelSet::TARGET.0 | LabelSet::LE.0, names.variables.0),
        // Of other exporters it is not known either which labels their targets have.
        Named::Target if schema.is_foreign("") => (LabelSet::TARGET.0, LabelSet::ALL.0),
        Named::Target => (LabelSet::TARGET.0, names.variables.0),
        Named::Record(record) => return recorded(context, record),
        Named::Foreign | Named::Nothing | Named::NoRecord => return (LabelSet::EMPTY, LabelSet::ALL),
    };
    let family = family(named);
    if is_declared(family, "le") {
        has |= LabelSet::LE.0;
    }
    let mut bit = 0b1000;
    let mut list = names.list;
    while let [name, left @ ..] = list {
        if is_declared(family, name) || schema.is_target_label(name) {
            has |= bit;
        }
        bit <<= 1;
        list = left;
    }
    (LabelSet(has), LabelSet(unknown & !has))
}

/// The same of what a rule records. Of a rule on rules that is not known.
const fn recorded(context: &Context<'_>, record: &'static Record) -> (LabelSet, LabelSet) {
    let schema = context.schema.without_rules();
    let inner = Context { schema: &schema, names: record.query.tree().names };
    let inferred = infer(&inner, record.query.tree().root);
    let (mut has, mut may_have) = (0, 0);
    let mut bit = 0;
    while bit < context.names.len() {
        match presence_in_record(&inferred, &inner, record, context.names.get(bit)) {
            LabelPresence::Yes => has |= 1 << bit,
            LabelPresence::Unknown => may_have |= 1 << bit,
            LabelPresence::No => {}
        }
        bit += 1;
    }
    (LabelSet(has), LabelSet(may_have))
}

/// Whether what a rule records has a label; `inferred` is what its query answers.
const fn presence_in_record(
    inferred: &Inferred<'_>,
    context: &Context<'_>,
    record: &'static Record,
    label: &str,
) -> LabelPresence {
    let mut i = 0;
    while i < record.labels.len() {
        if same(record.labels[i].0, label) {
            return LabelPresence::Yes;
        }
        i += 1;
    }
    inferred.presence(context, label)
}

/// Whether the series of a name have a label.
const fn presence_of(schema: &Schema, named: Named, label: &str) -> LabelPresence {
    match named {
        Named::Record(record) => {
            let schema = schema.without_rules();
            let inner = Context { schema: &schema, names: record.query.tree().names };
            let inferred = infer(&inner, record.query.tree().root);
            return presence_in_record(&inferred, &inner, record, label);
        }
        Named::Foreign | Named::Nothing | Named::NoRecord => return LabelPresence::Unknown,
        _ => {}
    }
    if is_declared(family(named), label) || schema.is_target_label(label) {
        LabelPresence::Yes
    } else if contains(label, ANY) || (matches!(named, Named::Target) && schema.is_foreign("")) {
        LabelPresence::Unknown
    } else {
        LabelPresence::No
    }
}

const fn family(named: Named) -> Option<&'static MetricDescriptor> {
    match named {
        Named::Series(family) | Named::Buckets(family) | Named::Bare(family) | Named::NoHistogram(family) => {
            Some(family)
        }
        _ => None,
    }
}

const fn is_declared(family: Option<&'static MetricDescriptor>, label: &str) -> bool {
    match family {
        Some(family) => declared(family, label).is_some(),
        None => false,
    }
}

/// Whether an operator calculates, rather than compares or combines.
pub(crate) const fn is_arithmetic(operator: &str) -> bool {
    matches!(operator.as_bytes(), b"+" | b"-" | b"*" | b"/" | b"%" | b"^" | b"atan2")
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use cryptofunk_metrics_catalog::{
        Catalog,
        descriptor::{LabelDescriptor, LabelValues},
    };

    use super::*;
    use crate::parse::{Arena, parse};

    const SHOP: Catalog = {
        const SIDE: LabelDescriptor = LabelDescriptor { name: "side", values: LabelValues::Closed(&["buy", "sell"]) };
        const SHOP: LabelDescriptor = LabelDescriptor { name: "shop", values: LabelValues::Fixed };
        const FAMILIES: &[MetricDescriptor] = &[
            MetricDescriptor { labels: &[SHOP, SIDE], ..MetricDescriptor::new("orders_total", MetricKind::Counter) },
            MetricDescriptor { labels: &[SHOP], ..MetricDescriptor::new("stock", MetricKind::Gauge) },
            MetricDescriptor { labels: &[SHOP], ..MetricDescriptor::new("wait_seconds", MetricKind::Histogram) },
        ];
        Catalog::new(&[FAMILIES])
    };

    /// The labels that the series of a query have, and after `?` those that they may have.
    fn labels(query: &str) -> String {
        let arena = Arena::new();
        let tree = parse(&arena, query).expect("it is PromQL");
        let schema = Schema::new(SHOP);
        let context = Context { schema: &schema, names: tree.names };
        let inferred = infer(&context, tree.root);
        let of = |presence| {
            let all = ["job", "instance", "le", "shop", "side", "new"].into_iter();
            all.filter(|label| inferred.presence(&context, label) == presence).collect::<Vec<_>>().join(" ")
        };
        format!("{}?{}", of(LabelPresence::Yes), of(LabelPresence::Unknown))
    }

    #[test]
    fn labels_are_followed_whether_the_query_names_them_or_not() {
        for (query, expected) in [
            ("orders_total", "job instance shop side?"),
            ("rate(wait_seconds_bucket[5m])", "job instance le shop?"),
            ("sum(orders_total)", "?"),
            ("sum by (side) (orders_total)", "side?"),
            ("sum without (side, job) (orders_total)", "instance shop?"),
            ("sum by (shop) (sum by (side) (orders_total))", "?"),
            ("sum by ($label, side) (orders_total)", "side?job instance le shop new"),
            ("topk(3, orders_total)", "job instance shop side?"),
            (r#"count_values by (shop) ("new", stock)"#, "shop new?"),
            (r#"label_replace(sum(stock), "new", "$1", "job", ".*")"#, "new?"),
            ("absent(stock)", "?job instance le shop side new"),
            ("histogram_quantile(0.9, wait_seconds_bucket)", "job instance shop?"),
            ("stock * 2", "job instance shop?"),
            ("2 - scalar(stock)", "?"),
            ("orders_total * on (shop) stock", "shop?"),
            ("orders_total * ignoring (side) stock", "job instance shop?"),
            ("stock * on (shop) group_left (side) orders_total", "job instance shop side?"),
            ("stock * on (shop) group_right (job) orders_total", "job instance shop side?"),
            ("orders_total and on (shop) stock", "job instance shop side?"),
            ("orders_total or on (shop) sum by (shop) (stock)", "shop?job instance side"),
            ("stock or stock offset 5m", "job instance shop?"),
            ("orders_total or stock", "job instance shop?side"),
            ("process_open_fds", "?job instance le shop side new"),
            ("up", "job instance?"),
        ] {
            assert_eq!(labels(query), expected, "{query}");
        }
    }
}
