//! Where components run, and who scrapes them there: made from the table of components.

mod compose;
mod kubernetes;
mod parts;
mod targets;

use cryptofunk_metrics::descriptor::ComponentDescriptor;
pub use targets::job_of;

use super::Document;

/// Everything under deployments/ that names components.
pub(super) fn deployment(components: &[ComponentDescriptor]) -> Vec<Document> {
    let mut documents = targets::targets(components);
    documents.push(compose::compose(components));
    documents.extend(kubernetes::kubernetes(components));
    documents
}
