//! Which families of an exposition belong together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::families::Family;

/// What is named after nothing in particular.
const OTHER: &str = "other";

/// Families under a heading, in the order of the exposition; the component's own that have no subsystem come first.
pub(super) fn groups<'a>(
    families: &[Family<'a>],
    conventions: &HashMap<&str, &'static str>,
) -> Vec<(String, Vec<Family<'a>>)> {
    let namespaces: BTreeSet<&str> =
        families.iter().filter_map(|family| conventions.get(family.name).and(namespace(family.name))).collect();
    let subsystem = |family: &Family<'a>| {
        let inside = namespaces.iter().find_map(|namespace| family.name.strip_prefix(namespace)?.strip_prefix('_'));
        let name = inside.unwrap_or(family.name);
        (inside.is_some(), name.split('_').next().unwrap_or(name))
    };
    let mut sizes: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for family in families.iter().filter(|family| !conventions.contains_key(family.name)) {
        *sizes.entry(subsystem(family)).or_default() += 1;
    }
    let mut groups: Vec<(String, Vec<Family<'a>>)> = Vec::new();
    for family in families {
        let (is_own, word) = subsystem(family);
        let title = match conventions.get(family.name) {
            Some(convention) => convention,
            None if sizes.get(&(is_own, word)).is_some_and(|size| *size > 1) => word,
            None if is_own => {
                namespaces.iter().find(|namespace| family.name.starts_with(**namespace)).unwrap_or(&OTHER)
            }
            None => OTHER,
        };
        match groups.iter_mut().find(|(known, _)| known == title) {
            Some((_, group)) => group.push(*family),
            None => groups.push((title.to_owned(), vec![*family])),
        }
    }
    groups.sort_by_key(|(title, _)| !namespaces.contains(title.as_str()));
    groups
}

/// The namespace of a family that every component has.
fn namespace(name: &str) -> Option<&str> {
    let of = |end| name.strip_suffix(end).filter(|namespace: &&str| !namespace.is_empty());
    of("_build_info").or_else(|| of("_component_healthy")).or_else(|| of("_component_uptime_seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(
        names: &[&'static str],
        conventions: &[(&'static str, &'static str)],
    ) -> Vec<(String, Vec<&'static str>)> {
        let families: Vec<Family<'static>> =
            names.iter().map(|name| Family { name, help: "", kind: "gauge", samples: "" }).collect();
        let groups = groups(&families, &conventions.iter().copied().collect());
        groups.into_iter().map(|(title, group)| (title, group.iter().map(|family| family.name).collect())).collect()
    }

    fn group(title: &str, names: &[&'static str]) -> (String, Vec<&'static str>) {
        (title.to_owned(), names.to_vec())
    }

    #[test]
    fn families_are_grouped_by_convention_and_by_the_first_word_within_their_namespace() {
        let names = [
            "shop_build_info",
            "shop_cache_hits_total",
            "shop_cache_misses_total",
            "shop_cups_total",
            "shop_mcp_requests_total",
            "process_cpu_seconds_total",
            "process_open_fds",
            "stray_value",
        ];
        let conventions = [("shop_build_info", "component"), ("shop_mcp_requests_total", "mcp")];
        assert_eq!(
            grouped(&names, &conventions),
            [
                group("shop", &["shop_cups_total"]),
                group("component", &["shop_build_info"]),
                group("cache", &["shop_cache_hits_total", "shop_cache_misses_total"]),
                group("mcp", &["shop_mcp_requests_total"]),
                group("process", &["process_cpu_seconds_total", "process_open_fds"]),
                group("other", &["stray_value"]),
            ]
        );
    }

    #[test]
    fn without_a_namespace_the_first_word_counts() {
        let names = ["build_info", "cache_hits_total", "cache_misses_total", "cups_total"];
        assert_eq!(
            grouped(&names, &[("build_info", "component")]),
            [
                group("component", &["build_info"]),
                group("cache", &["cache_hits_total", "cache_misses_total"]),
                group("other", &["cups_total"])
            ]
        );
    }
}
