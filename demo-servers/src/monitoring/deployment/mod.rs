//! Where components run, and who scrapes them there: made from the table of components.

mod compose;
mod kubernetes;
mod parts;
mod targets;

use cryptofunk_metrics::descriptor::ComponentDescriptor;
use cryptofunk_metrics_tools::pack::PackFile;

/// Everything under deployments/ that names components, and the rules of their pack for Kubernetes.
pub(super) fn deployment(components: &[ComponentDescriptor], rules: &str) -> Vec<PackFile> {
    let mut documents = targets::targets(components);
    documents.push(compose::compose(components));
    documents.extend(kubernetes::kubernetes(components, rules));
    documents
}
