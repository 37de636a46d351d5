//! Where a request carries a trace context.

use axum::http::HeaderMap;
use rmcp::model::RequestMetaObject;
use serde_json::{Map, Value};

use crate::trace::Carrier;

impl Carrier for HeaderMap {
    fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.to_str().ok()
    }
}

impl Carrier for Map<String, Value> {
    fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }
}

impl Carrier for RequestMetaObject {
    fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }
}
