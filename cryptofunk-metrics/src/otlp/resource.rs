//! What exports say of the process: the attributes of its resource.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
};

/// An attribute whose value is a text.
pub(super) fn attribute(name: &str, value: &str) -> KeyValue {
    KeyValue {
        key: name.to_owned(),
        value: Some(AnyValue { value: Some(Value::StringValue(value.to_owned())) }),
        ..KeyValue::default()
    }
}

/// The resource of a component, of which `instance` tells its processes apart. What the environment says holds.
pub(super) fn resource(component: &str, instance: Option<&str>, from_env: &BTreeMap<String, String>) -> Resource {
    let own = [
        ("service.name", Some(component)),
        ("service.instance.id", instance),
        ("telemetry.sdk.name", Some(env!("CARGO_PKG_NAME"))),
        ("telemetry.sdk.language", Some("rust")),
        ("telemetry.sdk.version", Some(env!("CARGO_PKG_VERSION"))),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let own = own.filter(|(name, _)| !from_env.contains_key(*name));
    let from_env = from_env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Resource {
        attributes: own.chain(from_env).map(|(name, value)| attribute(name, value)).collect(),
        ..Resource::default()
    }
}
