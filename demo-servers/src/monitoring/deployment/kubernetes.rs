//! Manifests for Kubernetes: a Deployment and a Service a component, and the rules for the Prometheus operator.

use cryptofunk_metrics::descriptor::{ComponentDescriptor, ComponentKind};

use super::{
    parts::{MADE, addresses},
    targets::job_of,
};
use crate::{
    monitoring::Document,
    topology::{Secret, secret_of},
};

/// The manifests of one component.
const TEMPLATE: &str = include_str!("component.yaml");
/// The rules that are shipped, as Prometheus reads them from files.
const RULES: [(&str, &str); 2] = [
    ("cryptofunk", include_str!("../../../../deployments/prometheus/rules/cryptofunk.yml")),
    ("cryptofunk-fleet", include_str!("../../../../deployments/prometheus/rules/fleet.yml")),
];

pub(super) fn kubernetes(components: &[ComponentDescriptor]) -> [Document; 2] {
    let file = |name: &str, text: String| Document { path: format!("deployments/kubernetes/{name}.yaml"), text };
    let servers = components.iter().filter(|component| component.kind == ComponentKind::McpServer);
    let hosts: Vec<&str> = servers.map(|server| server.name).collect();
    let addresses = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cryptofunk-addresses\ndata:\n  MCP_ALLOWED_HOSTS: {}\n{}",
        hosts.join(","),
        addresses(components, "  ")
    );
    let manifests: String = components.iter().map(component).collect();
    [
        file("components", format!("{MADE}{addresses}{manifests}")),
        file("rules", format!("{MADE}{}", RULES.map(|(name, file)| rules(name, file)).concat())),
    ]
}

/// A rule file as an object of the Prometheus operator.
fn rules(name: &str, file: &str) -> String {
    let groups = file.lines().filter(|line| !line.starts_with('#'));
    let groups: String =
        groups.map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect();
    format!(
        "---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: {name}\n  labels: \
         {{app.kubernetes.io/part-of: cryptofunk}}\nspec:\n{groups}"
    )
}

fn component(component: &ComponentDescriptor) -> String {
    let name = component.name;
    let kind = component.kind.as_str().replace('_', "-");
    // Prometheus takes the job from the label of that name.
    let labels = format!(
        "{{app.kubernetes.io/name: {name}, app.kubernetes.io/part-of: cryptofunk, app.kubernetes.io/component: {kind}, \
         cryptofunk/job: {job}}}",
        job = job_of(component)
    );
    let secret = secret_of(name).map_or(String::new(), |Secret { variable, key }| {
        format!(
            "          env:\n            - {{name: {variable}, value: /run/secrets/cryptofunk/{key}}}\n          \
             volumeMounts:\n            - {{name: secret, mountPath: /run/secrets/cryptofunk, readOnly: true}}\n      \
             volumes:\n        - name: secret\n          secret:\n            secretName: cryptofunk\n            \
             items: [{{key: {key}, path: {key}}}]\n"
        )
    });
    TEMPLATE
        .replace("{name}", name)
        .replace("{labels}", &labels)
        .replace("{port}", &component.port.to_string())
        .replace("{secret}", &secret)
}
