//! What the series of each part of a query are, from the parts inside it: bottom-up, once a part.

use cryptofunk_metrics_catalog::{
    descriptor::MetricDescriptor,
    message::{contains, same},
};

use crate::{
    context::Context,
    inferred::{Inferred, Matched, Others, Selection, either, joined},
    named::{Named, declared, family, named},
    names::LabelSet,
    node::{ANY, Grouping, Many, MatchOperator, Matching, Node, NodeRef, Nodes},
    presence::{LabelPresence, replaced},
    rules::Record,
    values::{Values, after_aggregation, after_call, after_operator, after_scaling, values_of},
};

#[cfg(all(test, feature = "parse"))]
mod tests;

/// What the series of a part are.
pub(crate) const fn infer<'a>(context: &Context<'a>, node: NodeRef<'a>) -> Inferred<'a> {
    let node = node.get();
    match node {
        Node::Number(_) | Node::Text(_) => Inferred::SCALAR,
        Node::Selector { metric, matchers, .. } => {
            selector(context, Selection { metric, matchers }, named(context.schema, metric))
        }
        Node::Subquery { of, .. } => infer(context, of),
        Node::Call { function, arguments, .. } => {
            let (mut of, mut at) = (None, 0);
            while let Some(argument) = arguments.get(at) {
                let argument = infer(context, argument);
                if of.is_none() && !argument.is_scalar {
                    of = Some(argument);
                }
                at += 1;
            }
            call(context, function, arguments, of)
        }
        Node::Aggregate { of, .. } => aggregate(context, &node, infer(context, of)),
        Node::Binary { left, right, .. } => binary(&node, infer(context, left), infer(context, right)),
    }
}

/// The series that a name stands for.
pub(crate) const fn selector<'a>(context: &Context<'a>, selection: Selection<'a>, named: Named) -> Inferred<'a> {
    let Selection { metric, matchers } = selection;
    let (has, may_have) = selected(context, named);
    let mut inferred = Inferred {
        is_scalar: false,
        has,
        may_have,
        others: Others::Of(named),
        metric,
        values: values_of(named),
        matched: Some(Matched { selection, names: context.names, kept: LabelSet::ALL, kept_others: true }),
        recorded: None,
    };
    if let Named::Record(record) = named {
        let followed = followed(context, record);
        inferred.values = followed.values;
        if matchers.is_empty() && followed.recorded.is_none() {
            inferred.recorded = followed.matched;
        }
    }
    let mut left = matchers;
    while let [matcher, rest @ ..] = left {
        // A label that is empty is not there; to group by it is no mistake.
        if matches!(matcher.operator, MatchOperator::Equal) && matcher.value.is_empty() {
            let gone = context.names.find(matcher.label).0;
            inferred.has = LabelSet(inferred.has.0 & !gone);
            inferred.may_have = LabelSet(inferred.may_have.0 | gone);
        }
        left = rest;
    }
    inferred
}

/// What a function answers; `of` is its first argument that is series.
pub(crate) const fn call<'a>(
    context: &Context<'a>,
    function: &'a str,
    arguments: Nodes<'a>,
    of: Option<Inferred<'a>>,
) -> Inferred<'a> {
    let Some(of) = of else {
        return match function.as_bytes() {
            b"time" | b"pi" | b"start" | b"end" | b"step" | b"range" | b"max_of" | b"min_of" => Inferred::SCALAR,
            _ => Inferred::BARE,
        };
    };
    let of = Inferred { values: after_call(function, of.values), ..of };
    if matches!(function.as_bytes(), b"rate" | b"increase") {
        return of;
    }
    match function.as_bytes() {
        b"histogram_quantile" | b"histogram_fraction" => of.keep(LabelSet(!LabelSet::LE.0), true),
        b"label_replace" => {
            let [Some(label), Some(replacement), Some(source), Some(pattern)] =
                [arguments.text(1), arguments.text(2), arguments.text(3), arguments.text(4)]
            else {
                return of;
            };
            let from = if source.is_empty() { LabelPresence::No } else { presence(context, &of, source) };
            let after = replaced(presence(context, &of, label), from, replacement, pattern);
            of.with(context, label, after)
        }
        b"label_join" => {
            let (Some(label), Some(separator)) = (arguments.text(1), arguments.text(2)) else { return of };
            of.with(context, label, joined_label(context, &of, separator, arguments))
        }
        b"absent" | b"absent_over_time" => match arguments.get(0) {
            Some(argument) => absent(context, argument, of.values),
            None => of,
        },
        b"scalar" => Inferred::SCALAR,
        b"histogram_quantiles" => {
            let Some(label) = arguments.text(1) else { return of };
            of.keep(LabelSet(!LabelSet::LE.0), true).with(context, label, LabelPresence::Yes)
        }
        // It adds the labels of what is known about a target.
        b"info" => {
            let has = of.has;
            Inferred { may_have: LabelSet(!has.0), others: Others::Of(Named::Foreign), ..of }
        }
        // A variable of a dashboard.
        [b'_', b'_', ..] => Inferred::UNKNOWN,
        _ => of,
    }
}

/// Whether the label that `label_join` writes is there. The labels that it joins are its arguments from the fourth on.
const fn joined_label<'a>(
    context: &Context<'a>,
    of: &Inferred<'a>,
    separator: &str,
    arguments: Nodes<'a>,
) -> LabelPresence {
    let mut at = 3;
    if !separator.is_empty() && arguments.len() > at + 1 {
        return LabelPresence::Yes;
    }
    let mut found = LabelPresence::No;
    while let Some(source) = arguments.text(at) {
        match presence(context, of, source) {
            LabelPresence::Yes => return LabelPresence::Yes,
            LabelPresence::Unknown => found = LabelPresence::Unknown,
            LabelPresence::No => {}
        }
        at += 1;
    }
    found
}

/// What `absent` answers: the labels that a selector says to be equal to something, and no others.
const fn absent<'a>(context: &Context<'a>, argument: NodeRef<'a>, values: Values) -> Inferred<'a> {
    let bare = Inferred { values, ..Inferred::BARE };
    let Node::Selector { matchers, .. } = argument.get() else { return bare };
    let (mut has, mut may_have, mut seen) = (0, context.names.variables.0, 0);
    let mut left = matchers;
    while let [matcher, rest @ ..] = left {
        let bit = context.names.find(matcher.label).0;
        // A label with a second matcher is left out.
        if !matches!(matcher.operator, MatchOperator::Equal) || seen & bit != 0 || matcher.value.is_empty() {
            (has, may_have) = (has & !bit, may_have & !bit);
        } else if contains(matcher.value, ANY) {
            may_have |= bit;
        } else {
            has |= bit;
        }
        seen |= bit;
        left = rest;
    }
    Inferred { has: LabelSet(has), may_have: LabelSet(may_have), ..bare }
}

/// What an aggregation answers.
pub(crate) const fn aggregate<'a>(context: &Context<'a>, node: &Node<'a>, of: Inferred<'a>) -> Inferred<'a> {
    let Node::Aggregate { operator, grouping, labels, parameter, .. } = *node else { return Inferred::UNKNOWN };
    let of = Inferred { values: after_aggregation(operator, of.values), ..of };
    if matches!(operator.as_bytes(), b"topk" | b"bottomk" | b"limitk" | b"limit_ratio") {
        return of;
    }
    let kept = match grouping {
        Grouping::All => of.keep(LabelSet::EMPTY, false),
        // What a variable of a dashboard stands for may be any label.
        Grouping::By if labels.0 & context.names.variables.0 != 0 => {
            let kept = of.keep(labels, false);
            Inferred { may_have: LabelSet(kept.may_have.0 | !labels.0), others: Others::Of(Named::Foreign), ..kept }
        }
        Grouping::By => of.keep(labels, false),
        Grouping::Without => of.keep(LabelSet(!labels.0), true),
    };
    if matches!(operator.as_bytes(), b"count_values")
        && let Node::Text(added) = parameter.get()
    {
        return kept.with(context, added, LabelPresence::Yes);
    }
    kept
}

/// What an operator answers.
pub(crate) const fn binary<'a>(node: &Node<'a>, left: Inferred<'a>, right: Inferred<'a>) -> Inferred<'a> {
    let Node::Binary { operator, returns_bool, matching, labels, many, include, .. } = *node else {
        return Inferred::UNKNOWN;
    };
    if left.is_scalar || right.is_scalar {
        let of = if left.is_scalar { right } else { left };
        let values = after_scaling(operator, of.values, left.is_scalar);
        return Inferred { values: if returns_bool { Values::Calculated } else { values }, ..of };
    }
    let values = match returns_bool {
        true => Values::Calculated,
        false => after_operator(operator, many, left.values, right.values),
    };
    let joined = match (operator.as_bytes(), many, matching) {
        (b"and" | b"unless", ..) => left,
        (b"or", ..) => either(left, right),
        (_, Many::Left, _) => joined(left, right, include),
        (_, Many::Right, _) => joined(right, left, include),
        // What is true of the labels of one side is true of those of the other.
        (_, Many::None, _) => {
            let (matched, recorded) = match left.matched {
                Some(matched) if matched.has_matchers() => (left.matched, left.recorded),
                _ if right.matched.is_some() => (right.matched, right.recorded),
                _ => (left.matched, left.recorded),
            };
            let left = Inferred { matched, recorded, ..left };
            match matching {
                Matching::All => left,
                Matching::On => left.keep(labels, false),
                Matching::Ignoring => left.keep(LabelSet(!labels.0), true),
            }
        }
    };
    Inferred { values, ..joined }
}

/// Whether the series have a label.
pub(crate) const fn presence(context: &Context<'_>, of: &Inferred<'_>, label: &str) -> LabelPresence {
    let bit = context.names.find(label).0;
    if bit != 0 {
        return if bit & of.has.0 != 0 {
            LabelPresence::Yes
        } else if bit & (of.may_have.0 | context.names.variables.0) != 0 {
            LabelPresence::Unknown
        } else {
            LabelPresence::No
        };
    }
    match of.others {
        Others::None => LabelPresence::No,
        Others::Of(named) => presence_of(context, named, label),
        Others::Either(named, other) => {
            let other = match other {
                Some(other) => presence_of(context, other, label),
                None => LabelPresence::No,
            };
            let one = presence_of(context, named, label);
            if one as u8 == other as u8 { one } else { LabelPresence::Unknown }
        }
    }
}

/// The labels that the series of a name have, of those that the query names, and those that they may have.
const fn selected(context: &Context<'_>, named: Named) -> (LabelSet, LabelSet) {
    let (names, schema) = (&context.names, context.schema);
    // Whether the name of the metric is kept is not followed.
    let variable = names.variables.0 | names.find("__name__").0;
    let (mut has, unknown) = match named {
        Named::Series(_) | Named::Bare(_) | Named::Native(_) | Named::NoHistogram(_) => (LabelSet::TARGET.0, variable),
        Named::Buckets(_) => (LabelSet::TARGET.0 | LabelSet::LE.0, variable),
        // Of other exporters it is not known either which labels their targets have.
        Named::Target if schema.is_foreign("") => (LabelSet::TARGET.0, LabelSet::ALL.0),
        Named::Target => (LabelSet::TARGET.0, variable),
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

/// The same of what rules record.
const fn recorded(context: &Context<'_>, record: &'static Record) -> (LabelSet, LabelSet) {
    let (mut has, mut may_have) = (0, 0);
    let mut bit = 0;
    while bit < context.names.len() {
        match presence_in_records(context, record, context.names.get(bit)) {
            LabelPresence::Yes => has |= 1 << bit,
            LabelPresence::Unknown => may_have |= 1 << bit,
            LabelPresence::No => {}
        }
        bit += 1;
    }
    (LabelSet(has), LabelSet(may_have))
}

/// What is known of a record: the values and the matchers that all rules of its name agree in.
const fn followed<'a>(context: &Context<'a>, record: &'static Record) -> Inferred<'a> {
    let mut followed: Option<Inferred<'a>> = None;
    let (mut from, mut rules) = (0, 0);
    while let Some(place) = context.schema.find_record(record.name, from)
        && let Some(other) = context.schema.record_at(place)
    {
        rules += 1;
        let Some(inner) = context.inside(other) else { return Inferred::UNKNOWN };
        if context.are_too_many(rules) {
            return Inferred::UNKNOWN;
        }
        let one = infer(&inner, other.query.tree().root);
        followed = match followed {
            None => Some(one),
            Some(before) => {
                let agree = before.values as u8 == one.values as u8;
                Some(Inferred { values: if agree { one.values } else { Values::Unknown }, matched: None, ..before })
            }
        };
        from = place + 1;
    }
    match followed {
        Some(followed) => followed,
        None => Inferred::UNKNOWN,
    }
}

/// Whether what the rules of one name record has a label.
const fn presence_in_records(context: &Context<'_>, record: &'static Record, label: &str) -> LabelPresence {
    let mut found: Option<LabelPresence> = None;
    let (mut from, mut rules) = (0, 0);
    while let Some(place) = context.schema.find_record(record.name, from)
        && let Some(other) = context.schema.record_at(place)
    {
        rules += 1;
        if context.are_too_many(rules) {
            return LabelPresence::Unknown;
        }
        let one = presence_in_record(context, other, label);
        match found {
            Some(before) if before as u8 != one as u8 => return LabelPresence::Unknown,
            _ => found = Some(one),
        }
        from = place + 1;
    }
    match found {
        Some(found) => found,
        None => LabelPresence::Unknown,
    }
}

/// Whether what a rule records has a label.
const fn presence_in_record(context: &Context<'_>, record: &'static Record, label: &str) -> LabelPresence {
    let mut labels = record.labels;
    while let [(name, value), left @ ..] = labels {
        if same(name, label) {
            // A label that is empty is not there.
            return if value.is_empty() { LabelPresence::No } else { LabelPresence::Yes };
        }
        labels = left;
    }
    match context.inside(record) {
        Some(inner) => presence(&inner, &infer(&inner, record.query.tree().root), label),
        None => LabelPresence::Unknown,
    }
}

/// Whether the series of a name have a label.
const fn presence_of(context: &Context<'_>, named: Named, label: &str) -> LabelPresence {
    let schema = context.schema;
    match named {
        Named::Record(record) => return presence_in_records(context, record, label),
        Named::Foreign | Named::Nothing | Named::NoRecord => return LabelPresence::Unknown,
        _ => {}
    }
    if is_declared(family(named), label) || schema.is_target_label(label) {
        LabelPresence::Yes
    } else if same(label, "__name__")
        || contains(label, ANY)
        || (matches!(named, Named::Target) && schema.is_foreign(""))
    {
        LabelPresence::Unknown
    } else {
        LabelPresence::No
    }
}

const fn is_declared(family: Option<&'static MetricDescriptor>, label: &str) -> bool {
    match family {
        Some(family) => declared(family, label).is_some(),
        None => false,
    }
}
