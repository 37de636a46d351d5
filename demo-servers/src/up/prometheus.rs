//! Prometheus beside the components: an installed one, on copies of the shipped files.

use std::{
    collections::BTreeMap,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use demo_servers::TOPOLOGY;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{member::Member, screen::Screen};
use crate::service::{Service, program};

/// The folder of the shipped files, in the project's.
pub(super) const SHIPPED: &str = "deployments/prometheus";
/// The port that Prometheus has, and that Grafana's provisioning expects, unless it is taken.
const PORT: u16 = 9090;
/// How long it may take to be ready.
const START: Duration = Duration::from_secs(30);
/// How often it is looked at, until it is ready and afterwards.
const LOOK: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Prometheus, in a folder that is deleted with it.
#[derive(Debug)]
pub(super) struct Prometheus {
    service: Service,
    pub(super) address: SocketAddr,
    _home: TempDir,
}

impl Prometheus {
    /// Prepares it, before anything is started: `root` is the folder of the project.
    pub(super) fn prepare(root: &Path, members: &[Member], token_file: Option<&Path>) -> anyhow::Result<Self> {
        let program = program("prometheus").context("`up --prometheus` needs it")?;
        let home = tempfile::Builder::new().prefix("cryptofunk-prometheus-").tempdir()?;
        write_files(&root.join(SHIPPED), home.path(), members, token_file)?;
        let address = free_address()?;
        let arguments = [
            format!("--config.file={}", home.path().join("prometheus.yml").display()),
            format!("--storage.tsdb.path={}", home.path().join("data").display()),
            format!("--web.listen-address={address}"),
            "--log.level=warn".to_owned(),
        ];
        Ok(Prometheus { service: Service::new("prometheus", program, arguments, home.path()), address, _home: home })
    }

    /// Starts it, and waits until it answers.
    pub(super) async fn start(&mut self) -> anyhow::Result<()> {
        self.service.start()?;
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        let ready = format!("http://{}/-/ready", self.address);
        let deadline = Instant::now() + START;
        loop {
            if let Some(why) = self.service.ended() {
                bail!("{why}");
            }
            if client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("Prometheus is not ready at {} within {} s", self.address, START.as_secs());
            }
            sleep(LOOK.0).await;
        }
    }

    /// Says so when it ends by itself, and waits for ever.
    pub(super) async fn watch(&mut self, screen: &Screen) {
        let mut is_told = false;
        loop {
            sleep(LOOK.1).await;
            if let Some(why) = self.service.ended().filter(|_| !is_told) {
                screen.say(&format!("{why}; the components go on without it"));
                is_told = true;
            }
        }
    }

    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        self.service.stop().await
    }
}

/// Copies the shipped files, with the targets of this run and the token that they ask for.
fn write_files(shipped: &Path, home: &Path, members: &[Member], token_file: Option<&Path>) -> anyhow::Result<()> {
    let addresses: BTreeMap<u16, SocketAddr> =
        members.iter().map(|member| (member.component.port, member.address)).collect();
    for folder in ["rules", "targets"] {
        fs::create_dir_all(home.join(folder))?;
        for file in yaml_files(&shipped.join(folder))? {
            let mut text = read(&file)?;
            if folder == "targets" {
                text = targets(&text, &addresses);
            }
            fs::write(home.join(folder).join(file.file_name().unwrap_or_default()), text)?;
        }
    }
    let mut configuration = read(&shipped.join("prometheus.yml"))?;
    if let Some(file) = token_file {
        let file = fs::canonicalize(file).with_context(|| format!("cannot find {}", file.display()))?;
        let file = serde_json::to_string(&file.display().to_string())?;
        let job = format!("\n    authorization: {{credentials_file: {file}}}\n    file_sd_configs:\n");
        configuration = configuration.replace("\n    file_sd_configs:\n", &job);
    }
    fs::write(home.join("prometheus.yml"), configuration)?;
    Ok(())
}

/// A file of targets, with the addresses that components have in this run, and without those that do not run. Other targets stay.
fn targets(text: &str, addresses: &BTreeMap<u16, SocketAddr>) -> String {
    let is_component = |port: u16| TOPOLOGY.iter().any(|component| component.port == port);
    let lines = text.lines().filter_map(|line| {
        let port = line.trim().strip_prefix("- 127.0.0.1:").and_then(|port| port.parse().ok());
        match port.filter(|port| is_component(*port)) {
            Some(port) => addresses.get(&port).map(|address| format!("    - \"{address}\"")),
            None => Some(line.to_owned()),
        }
    });
    let lines: Vec<String> = lines.collect();
    match lines.last() {
        Some(last) if last.ends_with("targets:") => lines.join("\n") + " []\n",
        _ => lines.join("\n") + "\n",
    }
}

/// 9090 of this machine, or a port that is free.
fn free_address() -> anyhow::Result<SocketAddr> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| listener.local_addr());
    bind(PORT).or_else(|_| bind(0)).context("cannot find a port for Prometheus")
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file)
        .with_context(|| format!("cannot read {}; name the project's folder with --root", file.display()))
}

fn yaml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}; name the project's folder with --root", folder.display()))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files.filter(|path| path.extension().is_some_and(|extension| extension == "yml")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_those_of_the_run() {
        let here = |port: u16, address: &str| (port, address.parse().expect("an address"));
        let addresses = [here(9201, "127.0.0.1:10201"), here(9203, "[::1]:10203")].into_iter().collect();
        let text = "# Made.\n- targets:\n    - 127.0.0.1:9201\n    - 127.0.0.1:9202\n    - 127.0.0.1:9203\n";
        assert_eq!(
            targets(text, &addresses),
            "# Made.\n- targets:\n    - \"127.0.0.1:10201\"\n    - \"[::1]:10203\"\n"
        );
        assert_eq!(targets("- targets:\n    - 127.0.0.1:9101\n", &addresses), "- targets: []\n");
        let alertmanager = "- targets:\n    - 127.0.0.1:9093\n";
        assert_eq!(targets(alertmanager, &addresses), alertmanager);
    }

    #[test]
    fn the_shipped_configuration_takes_the_token_in_every_job() {
        let (home, root) = (tempfile::tempdir().expect("a folder"), Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
        let token = tempfile::NamedTempFile::new().expect("a file");
        write_files(&root.join(SHIPPED), home.path(), &[], Some(token.path())).expect("it is written");
        let text = fs::read_to_string(home.path().join("prometheus.yml")).expect("it is there");
        assert_eq!(text.matches("credentials_file").count(), text.matches("job_name").count(), "{text}");
        assert!(home.path().join("rules/cryptofunk.rules.yml").exists());
    }
}
