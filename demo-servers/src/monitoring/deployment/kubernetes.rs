//! Manifests for Kubernetes: a Deployment and a Service a component, and the rules for the Prometheus operator.

use cryptofunk_metrics::{Component, descriptor::ComponentDescriptor};
use cryptofunk_metrics_tools::pack::PackFile;

use super::{
    parts::{MADE, addresses, hosts},
    targets::job_of,
};
use crate::{
    api::Api,
    market_data::MarketData,
    topology::{Secret, secrets_of},
};

/// The manifests of one component.
const TEMPLATE: &str = include_str!("component.yaml");
/// The rules beside the pack's, as Prometheus reads them from files.
const RULES: [(&str, &str); 2] = [
    ("cryptofunk-trading", include_str!("../../../../deployments/prometheus/rules/trading.yml")),
    ("cryptofunk-fleet", include_str!("../../../../deployments/prometheus/rules/fleet.yml")),
];

pub(super) fn kubernetes(components: &[ComponentDescriptor], pack: &str) -> [PackFile; 2] {
    let file = |name: &str, text: String| PackFile { path: format!("deployments/kubernetes/{name}.yaml"), text };
    // People reach the API from other namespaces, where it has longer names.
    let api =
        ["cryptofunk", "cryptofunk.svc", "cryptofunk.svc.cluster.local"].map(|place| format!(",{}.{place}", Api::NAME));
    let addresses = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cryptofunk-addresses\ndata:\n  MCP_ALLOWED_HOSTS: {}{}\n{}",
        hosts(components),
        api.concat(),
        addresses(components, "  ")
    );
    let manifests: String = components.iter().map(component).collect();
    [
        file("components", format!("{MADE}{addresses}{manifests}")),
        file(
            "rules",
            format!("{MADE}{}{}", rules("cryptofunk", pack), RULES.map(|(name, file)| rules(name, file)).concat()),
        ),
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
    TEMPLATE
        .replace("{name}", name)
        .replace("{labels}", &labels)
        .replace("{port}", &component.port.to_string())
        .replace("{secret}", &if name == MarketData::NAME { CLOCK.to_owned() } else { secrets(secrets_of(name)) })
        + if name == MarketData::NAME { CLAIM } else { "" }
}

/// Where the market keeps its clock, so that it goes on when its pod is another one.
const CLOCK: &str = "          env:
            - {name: MARKET_CLOCK_FILE, value: /var/lib/cryptofunk/market-clock}
          volumeMounts:
            - {name: clock, mountPath: /var/lib/cryptofunk}
      volumes:
        - name: clock
          persistentVolumeClaim: {claimName: market-clock}
";
/// The volume of the clock.
const CLAIM: &str = "---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: market-clock
  labels: {app.kubernetes.io/part-of: cryptofunk}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests: {storage: 1Mi}
";

/// Where a component finds its secrets, and that they are mounted there.
fn secrets(secrets: &[Secret]) -> String {
    if secrets.is_empty() {
        return String::new();
    }
    let variable = |Secret { variable, key }: &Secret| {
        format!("            - {{name: {variable}, value: /run/secrets/cryptofunk/{key}}}\n")
    };
    let item = |Secret { key, .. }: &Secret| format!("{{key: {key}, path: {key}}}");
    format!(
        "          env:\n{}          volumeMounts:\n            - {{name: secret, mountPath: /run/secrets/cryptofunk, readOnly: \
         true}}\n      volumes:\n        - name: secret\n          secret:\n            secretName: cryptofunk\n            \
         items: [{}]\n",
        secrets.iter().map(variable).collect::<String>(),
        secrets.iter().map(item).collect::<Vec<_>>().join(", "),
    )
}
