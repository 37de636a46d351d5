use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{ComponentDescriptor, LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
    native::{MAX_SCHEMA, MIN_SCHEMA, NativeHistogram},
};

use crate::lint::{
    component::{self, Component},
    families::{self, Type},
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

/// A catalogue that was read, with its components and their families.
#[derive(Debug)]
pub struct Declared {
    /// The families.
    pub catalog: Catalog,
    /// The components, each with its families, its tools and their objectives.
    pub components: Vec<ComponentDescriptor>,
    /// The names of families that clash with others. Only the name of such a family is known.
    pub clashing: Vec<&'static str>,
    exposed_by: Vec<(&'static str, Vec<String>)>,
    types: BTreeMap<&'static str, Type>,
}

impl Declared {
    /// The families that a component exposes.
    pub fn promised_of(&self, component: &str) -> impl Iterator<Item = &'static str> {
        self.exposed_by
            .iter()
            .filter(move |(_, names)| names.iter().any(|name| name == component))
            .map(|(name, _)| *name)
    }

    /// The type that a family was declared with.
    pub(super) fn type_of(&self, family: &str) -> Option<Type> {
        self.types.get(family).copied()
    }
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    components: Vec<Component>,
    families: Vec<Family>,
}

#[derive(Deserialize)]
struct Family {
    name: String,
    #[serde(default)]
    r#type: Option<String>,
    #[serde(default)]
    help: Option<String>,
    #[serde(default)]
    labels: Option<Vec<Label>>,
    #[serde(default)]
    buckets: Option<Vec<f64>>,
    /// Whether a histogram is native, or how it makes its buckets. It may have declared ones beside them.
    #[serde(default)]
    native: Option<Native>,
    #[serde(default)]
    convention: Option<String>,
    #[serde(default)]
    exposed_by: Vec<String>,
}

/// `true`, or the settings of a native histogram.
#[derive(Deserialize)]
#[serde(untagged)]
enum Native {
    Flag(bool),
    Settings {
        #[serde(default)]
        schema: Option<i8>,
        #[serde(default)]
        max_buckets: Option<u32>,
        #[serde(default)]
        zero_threshold: Option<f64>,
    },
}

impl Native {
    /// The settings of a native histogram, with the default for each that cannot be meant.
    fn settings(self) -> Option<NativeHistogram> {
        let default = NativeHistogram::DEFAULT;
        match self {
            Native::Flag(is_native) => is_native.then_some(default),
            Native::Settings { schema, max_buckets, zero_threshold } => {
                let schema = schema.filter(|schema| (MIN_SCHEMA..=MAX_SCHEMA).contains(schema));
                let max_buckets = max_buckets.filter(|max_buckets| *max_buckets > 0);
                let zero_threshold = zero_threshold.filter(|threshold| *threshold >= 0.0 && threshold.is_finite());
                let settings = default
                    .with_schema(schema.unwrap_or(default.schema()))
                    .with_max_buckets(max_buckets.unwrap_or(default.max_buckets()))
                    .with_zero_threshold(zero_threshold.unwrap_or(default.zero_threshold()));
                Some(settings)
            }
        }
    }
}

/// A label, or its name alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Label {
    Name(String),
    Told {
        name: String,
        #[serde(default)]
        kind: Option<String>,
        #[serde(default)]
        values: Option<Vec<String>>,
        #[serde(default)]
        limit: Option<usize>,
    },
}

/// Reads a catalogue as [`docs::System::json`](crate::docs::System::json) writes it. It stays in memory until the process ends.
///
/// ```
/// use cryptofunk_metrics_tools::lint::{Linter, read_catalog};
///
/// let declared = read_catalog(r#"{"families": [{"name": "shop_orders_total", "type": "counter", "help": "Orders.", "labels": []}]}"#)?;
/// let rules = "groups: [{name: shop, rules: [{record: orders:rate5m, expr: 'rate(shop_order_total[5m])'}]}]";
/// let report = Linter::new(declared.catalog).lint(&[("rules.yml".to_owned(), rules.to_owned())]);
/// assert!(report.findings[0].message.contains("did you mean `shop_orders_total`"));
/// # Ok::<(), cryptofunk_metrics_tools::lint::CatalogError>(())
/// ```
///
/// Families may have any type of Prometheus and OpenMetrics. Of an unknown type, only names and labels are used.
///
/// # Errors
///
/// If the text has another form, or has a family twice.
pub fn read_catalog(text: &str) -> Result<Declared, CatalogError> {
    let document: Document = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let mut names = BTreeSet::new();
    if let Some(twice) = document.families.iter().find(|family| !names.insert(&family.name)) {
        return Err(CatalogError::Twice(twice.name.clone()));
    }
    let (mut all, mut exposed_by, mut types) = (Vec::new(), Vec::new(), BTreeMap::new());
    for mut family in document.families {
        let kind = family.r#type.as_deref().map(Type::named).unwrap_or_default();
        let promised = std::mem::take(&mut family.exposed_by);
        let base = descriptor(family);
        let name = if kind == Type::Info && !base.name.ends_with("_info") {
            format!("{}_info", base.name).leak()
        } else {
            base.name
        };
        exposed_by.push((name, promised));
        types.insert(name, kind);
        all.extend(families::series(kind, base));
    }
    let promised = |component: &str| {
        let names = exposed_by.iter().filter(|(_, by): &&(_, Vec<String>)| by.iter().any(|name| name == component));
        let names: BTreeSet<&str> = names.map(|(name, _)| *name).collect();
        let families: Vec<_> = all.iter().filter(|family| names.contains(family.name)).copied().collect();
        families
    };
    let components = document.components.into_iter().map(|one| component::descriptor(one, promised)).collect();
    let (catalog, clashing) = families::catalog(all);
    Ok(Declared { catalog, components, clashing, exposed_by, types })
}

fn descriptor(family: Family) -> MetricDescriptor {
    MetricDescriptor {
        help: family.help.unwrap_or_default().leak(),
        labels: family.labels.unwrap_or_default().into_iter().map(label).collect::<Vec<_>>().leak(),
        buckets: family.buckets.unwrap_or_default().leak(),
        native: family.native.and_then(Native::settings),
        convention: family.convention.map(|name| &*name.leak()),
        ..MetricDescriptor::new(family.name.leak(), MetricKind::Untyped)
    }
}

fn label(label: Label) -> LabelDescriptor {
    let (name, kind, values, limit) = match label {
        Label::Name(name) => (name, None, None, None),
        Label::Told { name, kind, values, limit } => (name, kind, values, limit),
    };
    let values: Vec<&'static str> = values.unwrap_or_default().into_iter().map(|value| &*value.leak()).collect();
    let open = LabelValues::Open { limit: limit.unwrap_or_default() };
    let values = match kind.as_deref() {
        Some("fixed") if values.is_empty() => LabelValues::Fixed,
        Some("on_demand") => LabelValues::OnDemand(values.leak()),
        // The values that were told are all that there are.
        Some("closed" | "fixed") => LabelValues::Closed(values.leak()),
        _ => open,
    };
    LabelDescriptor { name: name.leak(), values }
}
