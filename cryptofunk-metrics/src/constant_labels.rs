//! Labels that every sample of this process carries.

use std::{env, error::Error, fmt, sync::OnceLock};

use crate::registry;

/// The variable that sets constant labels from outside.
const VARIABLE: &str = "METRICS_LABELS";

static LABELS: OnceLock<Vec<(String, String)>> = OnceLock::new();

/// Sets labels that every sample of this process carries, such as its region. That includes `process_*`, and the families of other
/// libraries in the prometheus crate's default registry.
///
/// Call it once, at the start of the process. The environment may set more: `METRICS_LABELS=region=eu,zone=a`, with or without a call. If
/// both set a label, the environment's value wins. If the scrape configuration can give the label to the target, set it there instead.
///
/// Name them in [`Schema::with_constant_labels`](crate::Schema::with_constant_labels) too, so that queries may use them.
///
/// ```standalone_crate
/// # use cryptofunk_metrics::{encode_text, metrics};
/// # #[metrics(namespace = "doc", subsystem = "constant")]
/// # mod shop {
/// #     /// Cups of coffee that were sold.
/// #     pub fn cups_total() -> Counter;
/// # }
/// # fn main() -> Result<(), cryptofunk_metrics::ConstantLabelsError> {
/// cryptofunk_metrics::constant_labels([("region", "eu")])?;
/// assert!(encode_text().contains("doc_constant_cups_total{region=\"eu\"} 0\n"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If a name cannot be a constant label, a family that this process exposes has a label of this name, the labels were set before, or the
/// process was scraped already. An exporter returns the same error from `bind` for families that are registered until then. A family of
/// that label that comes later keeps its own, without the constant one.
pub fn constant_labels<N: Into<String>, V: Into<String>>(
    labels: impl IntoIterator<Item = (N, V)>,
) -> Result<(), ConstantLabelsError> {
    let mut all = checked(labels.into_iter().map(|(name, value)| (name.into(), value.into())))?;
    let outside = from_env()?;
    all.retain(|(name, _)| outside.iter().all(|(other, _)| other != name));
    all.extend(outside);
    LABELS.set(all).map_err(|_| ConstantLabelsError::AlreadySet)?;
    registry::register_modules();
    no_clash()
}

/// Why constant labels cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConstantLabelsError {
    /// The name cannot be that of a constant label.
    Name {
        /// The name.
        name: String,
        /// Why it cannot.
        reason: &'static str,
    },
    /// One name stands there twice.
    Twice {
        /// The name.
        name: String,
    },
    /// A family has a label of this name.
    Clash {
        /// The name of both labels.
        label: String,
        /// The name of the family.
        family: &'static str,
        /// Where the family is declared.
        place: &'static str,
    },
    /// The labels are set, or the process was scraped.
    AlreadySet,
    /// The environment variable has another form.
    Environment {
        /// The value of `METRICS_LABELS`.
        value: String,
    },
}

impl fmt::Display for ConstantLabelsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name, reason } => write!(f, "`{name}` cannot be a constant label: {reason}"),
            Self::Twice { name } => write!(f, "the constant label `{name}` is given twice"),
            Self::Clash { label, family, place } => write!(
                f,
                "the constant label `{label}` of this process is also a label of the metric family `{family}`, at {place}; rename one of the two"
            ),
            Self::AlreadySet => f.write_str(
                "the constant labels were set before, or the process was scraped already; set them once, at its start",
            ),
            Self::Environment { value } => {
                write!(f, "{VARIABLE} is `{value}`, but should be labels with values, such as `region=eu,zone=a`")
            }
        }
    }
}

impl Error for ConstantLabelsError {}

/// The constant labels. Once they are asked for, they stay as they are.
pub(crate) fn current() -> &'static [(String, String)] {
    LABELS.get_or_init(|| from_env().unwrap_or_default())
}

/// What is wrong with the environment's labels, or with a family that has a label of one of these names.
#[cfg(feature = "exporter")]
pub(crate) fn check() -> Result<(), ConstantLabelsError> {
    from_env()?;
    no_clash()
}

fn no_clash() -> Result<(), ConstantLabelsError> {
    let families = registry::refreshed();
    let clash = current().iter().find_map(|(constant, _)| {
        let family = families.iter().find(|core| core.descriptor.labels.iter().any(|label| label.name == constant))?;
        Some((constant, family.descriptor))
    });
    match clash {
        None => Ok(()),
        Some((label, family)) => {
            Err(ConstantLabelsError::Clash { label: label.clone(), family: family.name, place: family.place })
        }
    }
}

fn from_env() -> Result<Vec<(String, String)>, ConstantLabelsError> {
    parsed(&env::var(VARIABLE).unwrap_or_default())
}

fn parsed(value: &str) -> Result<Vec<(String, String)>, ConstantLabelsError> {
    let pairs = value.split(',').map(str::trim).filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, text) = pair.split_once('=')?;
        Some((name.trim().to_owned(), text.trim().to_owned()))
    });
    let pairs: Option<Vec<_>> = pairs.collect();
    checked(pairs.ok_or_else(|| ConstantLabelsError::Environment { value: value.to_owned() })?)
}

fn checked(labels: impl IntoIterator<Item = (String, String)>) -> Result<Vec<(String, String)>, ConstantLabelsError> {
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in labels {
        if let Some(reason) = refused(&name) {
            return Err(ConstantLabelsError::Name { name, reason });
        }
        if all.iter().any(|(other, _)| *other == name) {
            return Err(ConstantLabelsError::Twice { name });
        }
        all.push((name, value));
    }
    Ok(all)
}

fn refused(name: &str) -> Option<&'static str> {
    let mut bytes = name.bytes();
    let is_name = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match name {
        "le" | "quantile" => Some("histograms and summaries use it"),
        "job" | "instance" => Some("Prometheus gives this label to every target"),
        _ if name.starts_with("__") => Some("names that begin with `__` belong to Prometheus"),
        _ if !is_name => Some("a label name has only ASCII letters, digits and `_`, and does not begin with a digit"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_has_labels_with_values() {
        let pairs =
            |text| parsed(text).map(|all| all.into_iter().map(|(name, value)| format!("{name}: {value}")).collect());
        assert_eq!(pairs(""), Ok(Vec::<String>::new()));
        assert_eq!(pairs(" region = eu , zone=a=b,"), Ok(vec!["region: eu".to_owned(), "zone: a=b".to_owned()]));
        for (wrong, part) in [
            ("region", "should be labels with values, such as `region=eu,zone=a`"),
            ("re gion=eu", "only ASCII letters"),
            ("=eu", "only ASCII letters"),
            ("1=eu", "does not begin with a digit"),
            ("instance=a", "`instance` cannot be a constant label: Prometheus gives this label to every target"),
            ("le=1", "histograms"),
            ("__region=eu", "belong to Prometheus"),
            ("region=eu,region=us", "`region` is given twice"),
        ] {
            let error = parsed(wrong).expect_err(wrong).to_string();
            assert!(error.contains(part), "{wrong}: {error}");
        }
    }
}
