//! What several of the files have.

use cryptofunk_metrics::descriptor::{ComponentDescriptor, ComponentKind};

use crate::settings::url_variable;

/// The first line of what is made here.
pub(super) const MADE: &str = "# Made by `cryptofunk generate`; a change of it is lost.\n";

/// The settings that say where each component is, at hosts of their names: a line of YAML each.
pub(super) fn addresses(components: &[ComponentDescriptor], indent: &str) -> String {
    let line = |ComponentDescriptor { name, port, .. }: &ComponentDescriptor| {
        let variable = url_variable(name);
        format!("{indent}{variable}: http://{name}:{port}\n")
    };
    components.iter().map(line).collect()
}

/// The names that components call each other by, with commas between. Nobody calls agents.
pub(super) fn hosts(components: &[ComponentDescriptor]) -> String {
    let called = components.iter().filter(|component| component.kind != ComponentKind::Agent);
    called.map(|component| component.name).collect::<Vec<_>>().join(",")
}
