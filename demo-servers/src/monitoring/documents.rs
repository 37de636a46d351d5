use cryptofunk_metrics_tools::pack::{Pack, PackError, PackFile};

use super::deployment::deployment;

/// Everything that is generated: the files of the pack where this project has them, the dashboards as a document, and what deploys the components.
///
/// # Errors
///
/// If the declarations do not fit together.
pub fn documents(pack: &Pack) -> Result<Vec<PackFile>, PackError> {
    let system = pack.system()?;
    let mut documents = pack.files()?;
    let rules = documents.iter().find(|file| file.path == "prometheus/cryptofunk.rules.yml");
    let deployment = deployment(system.components, rules.map_or("", |file| &file.text));
    for file in &mut documents {
        file.path = place(&file.path);
    }
    let dashboards = "<!-- Made by `cryptofunk generate`; a change of it is lost. -->\n\n# Dashboards\n\nThe dashboards of \
                      `deployments/grafana/dashboards`. `deployments/docker-compose.yml` starts Grafana with them; into another one, import the \
                      files as they are (Dashboards → New → Import) and choose the Prometheus that scrapes CryptoFunk. Most of it is the pack of \
                      the components; what is added stands in `demo-servers/src/monitoring/dashboards`, and the compiler has compared its queries \
                      with the declarations.\n\nThe pictures show the data of each panel. They are no screenshots of Grafana: \
                      `scripts/pictures` runs `cryptofunk dry-run --keep`, in which the durations of rules are a thirtieth of the real ones and \
                      alerts fire, asks its Prometheus what each panel asks, and draws the answers with matplotlib.";
    documents.push(PackFile {
        path: "docs/GRAFANA_DASHBOARDS.md".to_owned(),
        text: system.dashboards_markdown(dashboards, "pictures"),
    });
    documents.extend(deployment);
    Ok(documents)
}

/// Where this project has a file of the pack.
fn place(path: &str) -> String {
    match path.split_once('/') {
        Some(("prometheus", file)) => format!("deployments/prometheus/rules/{file}"),
        Some(("grafana", file)) => format!("deployments/grafana/dashboards/{file}"),
        _ => format!("docs/{path}"),
    }
}
