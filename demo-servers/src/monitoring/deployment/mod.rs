//! Where components run, and who scrapes them there: made from the table of components.

mod compose;
mod kubernetes;
mod targets;

use cryptofunk_metrics::descriptor::ComponentDescriptor;
pub use targets::job_of;

use super::Document;

/// The first line of what is made here.
const MADE: &str = "# Made by `cryptofunk generate`; a change of it is lost.\n";

/// Everything under deployments/ that names components.
pub(super) fn deployment(components: &[ComponentDescriptor]) -> Vec<Document> {
    let mut documents = targets::targets(components);
    documents.push(compose::compose(components));
    documents.extend(kubernetes::kubernetes(components));
    documents
}

/// The settings that say where each component is, at hosts of their names: a line of YAML each.
fn addresses(components: &[ComponentDescriptor], indent: &str) -> String {
    let line = |ComponentDescriptor { name, port, .. }: &ComponentDescriptor| {
        let variable = crate::settings::url_variable(name);
        format!("{indent}{variable}: http://{name}:{port}\n")
    };
    components.iter().map(line).collect()
}
