use std::collections::BTreeSet;

use serde::Deserialize;

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
};

/// Why a catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// It is not the JSON that `docs::System::json` writes.
    #[error("this is no catalogue: {0}; `docs::System::json` of cryptofunk-metrics-tools writes one")]
    Json(#[from] serde_json::Error),
    /// A name stands there twice.
    #[error("the family `{0}` stands in the catalogue twice")]
    Twice(String),
    /// A line of a scrape that cannot be read.
    #[error("{place}, line {line}: this is no sample of a scrape: {text}")]
    Sample {
        /// Where it was read.
        place: String,
        /// The line, from 1.
        line: u64,
        /// What it says.
        text: String,
    },
}

/// A catalogue, and which component promises which family.
#[derive(Debug)]
pub struct Declared {
    /// The families.
    pub catalog: Catalog,
    exposed_by: Vec<(&'static str, Vec<String>)>,
}

impl Declared {
    /// The families that a component exposes.
    pub fn promised_of(&self, component: &str) -> impl Iterator<Item = &'static str> {
        self.exposed_by
            .iter()
            .filter(move |(_, names)| names.iter().any(|name| name == component))
            .map(|(name, _)| *name)
    }
}

#[derive(Deserialize)]
struct Document {
    families: Vec<Family>,
}

#[derive(Deserialize)]
struct Family {
    name: String,
    r#type: Type,
    #[serde(default)]
    help: String,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    buckets: Vec<f64>,
    #[serde(default)]
    convention: Option<String>,
    #[serde(default)]
    exposed_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    Counter,
    Gauge,
    Histogram,
}

#[derive(Deserialize)]
struct Label {
    name: String,
    kind: Values,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    limit: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Values {
    Closed,
    OnDemand,
    Fixed,
    Open,
}

/// Reads a catalogue as `docs::System::json` writes it. It lives until the process ends.
///
/// # Errors
///
/// A text that is not of this form, and a family that stands there twice.
pub fn read_catalog(text: &str) -> Result<Declared, CatalogError> {
    let document: Document = serde_json::from_str(text)?;
    let mut names = BTreeSet::new();
    if let Some(twice) = document.families.iter().find(|family| !names.insert(&family.name)) {
        return Err(CatalogError::Twice(twice.name.clone()));
    }
    let promises: Vec<Vec<String>> = document.families.iter().map(|family| family.exposed_by.clone()).collect();
    let families: &'static [MetricDescriptor] = document.families.into_iter().map(family).collect::<Vec<_>>().leak();
    let exposed_by = families.iter().map(|family| family.name).zip(promises).collect();
    Ok(Declared { catalog: Catalog::new(vec![families].leak()), exposed_by })
}

fn family(family: Family) -> MetricDescriptor {
    let kind = match family.r#type {
        Type::Counter => MetricKind::Counter,
        Type::Gauge => MetricKind::Gauge,
        Type::Histogram => MetricKind::Histogram,
    };
    MetricDescriptor {
        help: family.help.leak(),
        labels: family.labels.into_iter().map(label).collect::<Vec<_>>().leak(),
        buckets: family.buckets.leak(),
        convention: family.convention.map(|name| &*name.leak()),
        ..MetricDescriptor::new(family.name.leak(), kind)
    }
}

fn label(label: Label) -> LabelDescriptor {
    let values: Vec<&'static str> = label.values.into_iter().map(|value| &*value.leak()).collect();
    let values = match label.kind {
        Values::Open => LabelValues::Open { limit: label.limit },
        Values::Fixed if values.is_empty() => LabelValues::Fixed,
        Values::OnDemand => LabelValues::OnDemand(values.leak()),
        // The values that were told are all that there are.
        Values::Closed | Values::Fixed => LabelValues::Closed(values.leak()),
    };
    LabelDescriptor { name: label.name.leak(), values }
}
