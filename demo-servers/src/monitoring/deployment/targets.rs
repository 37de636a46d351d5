//! Who Prometheus scrapes, by job, from the ports in the code.

use cryptofunk_metrics::descriptor::{ComponentDescriptor, ComponentKind};
use cryptofunk_metrics_tools::pack::PackFile;

use super::parts::MADE;

/// The job that a component is scraped by.
pub(super) fn job_of(component: &ComponentDescriptor) -> &'static str {
    match component.kind {
        ComponentKind::McpServer => "mcp-servers",
        ComponentKind::Agent => "agents",
        _ => component.name,
    }
}

/// The files of targets: for components on this machine, and for those in containers of their names.
pub(super) fn targets(components: &[ComponentDescriptor]) -> Vec<PackFile> {
    let mut documents = Vec::new();
    for (folder, in_containers) in [("deployments/prometheus/targets", false), ("deployments/compose/targets", true)] {
        let mut add = |job: &str, targets: Vec<String>| {
            let list: Vec<String> = targets.iter().map(|target| format!("    - {target}\n")).collect();
            let text = format!("{MADE}- targets:\n{}", list.concat());
            documents.push(PackFile { path: format!("{folder}/{job}.yml"), text });
        };
        let host = |name: &'static str| if in_containers { name } else { "127.0.0.1" };
        let mut jobs: Vec<&str> = Vec::new();
        for component in components {
            if !jobs.contains(&job_of(component)) {
                jobs.push(job_of(component));
            }
        }
        for job in jobs {
            let of_job = components.iter().filter(|component| job_of(component) == job);
            add(job, of_job.map(|component| format!("{}:{}", host(component.name), component.port)).collect());
        }
        add("alertmanager", vec![format!("{}:9093", host("alertmanager"))]);
    }
    documents
}
