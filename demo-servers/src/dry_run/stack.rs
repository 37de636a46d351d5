//! Everything that runs: the components, what they stand on, Prometheus and Alertmanager, on free ports and in one folder.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, bail};
use cryptofunk_metrics::{Component, descriptor::ComponentDescriptor};
use demo_servers::{Orchestrator, STAGES, TOPOLOGY};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{inbox::Inbox, shorten::shorten};
use crate::service::{Service, program};

/// How often a condition is looked at.
pub(super) const LOOK: Duration = Duration::from_millis(200);

/// What is written into a template of the shipped Alertmanager's file, and what it becomes here.
const SECRETS: &str = "/etc/alertmanager/secrets";

/// The running stack.
#[derive(Debug)]
pub(super) struct Stack {
    /// Where everything is kept.
    folder: PathBuf,
    /// What deletes it.
    home: Option<TempDir>,
    pub(super) inbox: Inbox,
    /// What is added to the ports of the components.
    pub(super) offset: u16,
    /// How long anything may take that is waited for.
    pub(super) patience: Duration,
    /// Which of the optional servers run.
    pub(super) has: Optional,
    pub(super) database: String,
    prometheus: String,
    alertmanager: String,
    services: BTreeMap<String, Service>,
    pub(super) client: reqwest::Client,
}

/// The servers that are used when they are installed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Optional {
    pub(super) postgres: bool,
    pub(super) redis: bool,
    pub(super) nats: bool,
}

impl Stack {
    /// Prepares everything; `root` is the folder of the project, whose configuration is used.
    pub(super) async fn new(root: &Path, patience: Duration) -> anyhow::Result<Self> {
        let home = make_folder().context("cannot make a temporary folder")?;
        let folder = home.path().to_owned();
        let inbox = Inbox::default();
        let (http, mail) = inbox.listen().await?;
        let offset = free_offset()?;
        let mut stack = Stack {
            inbox,
            offset,
            patience,
            has: Optional::default(),
            database: format!("sqlite://{}", folder.join("trades.db").display()),
            prometheus: format!("127.0.0.1:{}", free_port()?),
            alertmanager: format!("127.0.0.1:{}", free_port()?),
            services: BTreeMap::new(),
            client: reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?,
            folder,
            home: Some(home),
        };
        stack.write_prometheus(&root.join("deployments/prometheus"))?;
        stack.write_alertmanager(&root.join("deployments/alertmanager"), http, mail)?;
        let mut environment = stack.servers().await?;
        environment.push(("LLM_BASE_URL".to_owned(), format!("http://127.0.0.1:{http}/v1")));
        environment.push(("LLM_API_KEY_FILE".to_owned(), stack.key().display().to_string()));
        stack.write_key()?;
        stack.components(&environment)?;
        Ok(stack)
    }

    /// Starts everything, those first that others call, and waits until all answer.
    pub(super) async fn start(&mut self) -> anyhow::Result<()> {
        for kind in STAGES {
            let stage: Vec<&ComponentDescriptor> = TOPOLOGY.iter().filter(|component| component.kind == kind).collect();
            for component in &stage {
                self.service(component.name).start()?;
            }
            for component in stage {
                self.answers(component.name, &self.url(component, "/metrics")).await?;
            }
        }
        for (name, url) in [
            ("alertmanager", format!("http://{}/-/ready", self.alertmanager)),
            ("prometheus", format!("http://{}/-/ready", self.prometheus)),
        ] {
            self.service(name).start()?;
            self.answers(name, &url).await?;
        }
        Ok(())
    }

    /// Stops everything, and deletes the folder.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        let is_component = |name: &String| TOPOLOGY.iter().any(|component| component.name == name);
        let (components, others): (Vec<_>, Vec<_>) = self.services.keys().cloned().partition(is_component);
        // What components stand on stops after them.
        for name in components.into_iter().chain(others) {
            self.service(&name).stop().await?;
        }
        if self.has.postgres {
            self.postgres("pg_ctl", &["stop", "-m", "immediate", "-D", "data"]).await?;
        }
        let home = self.home.take().map_or(Ok(()), TempDir::close);
        home.with_context(|| format!("cannot delete {}", self.folder.display()))
    }

    /// The file of the language model's key.
    pub(super) fn key(&self) -> PathBuf {
        self.folder.join("llm-key")
    }

    /// The file of the token for calls that change something.
    pub(super) fn token(&self) -> PathBuf {
        self.folder.join("api-token")
    }

    pub(super) fn write_key(&self) -> anyhow::Result<()> {
        Ok(fs::write(self.key(), "a key that nobody asks for")?)
    }

    /// A process by its name.
    pub(super) fn service(&mut self, name: &str) -> &mut Service {
        self.services.get_mut(name).unwrap_or_else(|| panic!("the stack has no `{name}`"))
    }

    /// An address of a component.
    pub(super) fn url(&self, component: &ComponentDescriptor, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", component.port + self.offset)
    }

    /// The addresses for people.
    pub(super) fn addresses(&self) -> Vec<(String, String)> {
        let mut all = vec![
            ("Prometheus".to_owned(), format!("http://{}", self.prometheus)),
            ("Alertmanager".to_owned(), format!("http://{}", self.alertmanager)),
        ];
        all.extend(TOPOLOGY.iter().map(|component| (component.name.to_owned(), self.url(component, "/"))));
        all.push(("files and logs".to_owned(), self.folder.display().to_string()));
        all
    }

    /// What Prometheus answers.
    pub(super) async fn prometheus(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Value> {
        let answer: Value =
            self.client.get(format!("http://{}{path}", self.prometheus)).query(query).send().await?.json().await?;
        match answer["status"].as_str() {
            Some("success") if answer["warnings"].is_array() => bail!("Prometheus warns: {}", answer["warnings"]),
            Some("success") => Ok(answer["data"].clone()),
            _ => bail!("Prometheus says: {}", answer["error"].as_str().unwrap_or("nothing")),
        }
    }

    /// The values that a query has now.
    pub(super) async fn query(&self, query: &str) -> anyhow::Result<Vec<f64>> {
        let data = self.prometheus("/api/v1/query", &[("query", query)]).await?;
        let series = data["result"].as_array().cloned().unwrap_or_default();
        Ok(series.iter().filter_map(|one| one["value"][1].as_str()?.parse().ok()).collect())
    }

    /// What Alertmanager answers.
    pub(super) async fn alertmanager(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.client.get(format!("http://{}{path}", self.alertmanager)).send().await?.json().await?)
    }

    /// Sends a call that changes something at the orchestrator.
    pub(super) async fn change(&self, path: &str) -> anyhow::Result<()> {
        let token = fs::read_to_string(self.token())?;
        let request = self.client.post(self.url(&Orchestrator::DESCRIPTOR, path)).bearer_auth(token.trim());
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Waits for something, but not for ever.
    pub(super) async fn until(&self, patience: Duration, condition: impl AsyncFn() -> bool) -> bool {
        let end = Instant::now() + patience;
        while Instant::now() < end {
            if condition().await {
                return true;
            }
            sleep(LOOK).await;
        }
        false
    }

    async fn answers(&mut self, name: &str, url: &str) -> anyhow::Result<()> {
        let end = Instant::now() + self.patience;
        while Instant::now() < end {
            if let Some(why) = self.service(name).ended() {
                bail!("{why}");
            }
            if self.client.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            sleep(LOOK).await;
        }
        bail!("{name} does not answer at {url}; its log is {}", self.service(name).log().display())
    }

    /// Prometheus with the shipped configuration and rules, shortened, and the shipped targets at the ports of this run.
    fn write_prometheus(&mut self, shipped: &Path) -> anyhow::Result<()> {
        let folder = self.folder.join("prometheus");
        fs::create_dir_all(folder.join("targets"))?;
        fs::create_dir_all(folder.join("rules"))?;
        fs::write(folder.join("prometheus.yml"), shorten(&read(&shipped.join("prometheus.yml"))?))?;
        for file in files(&shipped.join("rules"), "yml")? {
            fs::write(folder.join("rules").join(file_name(&file)), shorten(&read(&file)?))?;
        }
        for file in files(&shipped.join("targets"), "yml")? {
            let mut text = read(&file)?.replace("127.0.0.1:9093", &self.alertmanager);
            for component in TOPOLOGY {
                let here = format!("127.0.0.1:{}\n", component.port + self.offset);
                text = text.replace(&format!("127.0.0.1:{}\n", component.port), &here);
            }
            fs::write(folder.join("targets").join(file_name(&file)), text)?;
        }
        let program = program("prometheus")?;
        let arguments = [
            format!("--config.file={}", folder.join("prometheus.yml").display()),
            format!("--storage.tsdb.path={}", folder.join("data").display()),
            format!("--web.listen-address={}", self.prometheus),
            "--log.level=warn".to_owned(),
        ];
        self.add(Service::new("prometheus", program, arguments, &self.folder));
        Ok(())
    }

    /// Alertmanager with the shipped configuration, shortened, whose receivers are this process.
    fn write_alertmanager(&mut self, shipped: &Path, http: u16, mail: u16) -> anyhow::Result<()> {
        let folder = self.folder.join("alertmanager");
        fs::create_dir_all(folder.join("templates"))?;
        let secrets = folder.join("secrets");
        fs::create_dir_all(&secrets)?;
        for (name, text) in [
            ("slack-url", format!("http://127.0.0.1:{http}/slack")),
            ("pagerduty-key", "0123456789abcdef0123456789abcdef".to_owned()),
            ("smtp-password", "nobody asks for it".to_owned()),
        ] {
            fs::write(secrets.join(name), text)?;
        }
        let text = shorten(&read(&shipped.join("alertmanager.yml"))?)
            .replace(SECRETS, &secrets.display().to_string())
            .replace("https://events.pagerduty.com/v2/enqueue", &format!("http://127.0.0.1:{http}/pagerduty"))
            .replace("smtp.example.org:587", &format!("127.0.0.1:{mail}"))
            .replace("smtp_require_tls: true", "smtp_require_tls: false")
            // It is always within working hours.
            .replace("monday:friday", "sunday:saturday")
            .replace("\"08:00\"", "\"00:00\"")
            .replace("\"18:00\"", "\"24:00\"")
            // One more receiver, which hears everything.
            .replacen("  routes:\n", "  routes:\n    - receiver: webhook\n      continue: true\n", 1)
            + &format!("\n  - name: webhook\n    webhook_configs:\n      - url: http://127.0.0.1:{http}/webhook\n");
        fs::write(folder.join("alertmanager.yml"), text)?;
        for file in files(&shipped.join("templates"), "tmpl")? {
            fs::copy(&file, folder.join("templates").join(file_name(&file)))?;
        }
        // Debian gives it a longer name.
        let program = program("alertmanager").or_else(|_| program("prometheus-alertmanager"))?;
        let arguments = [
            format!("--config.file={}", folder.join("alertmanager.yml").display()),
            format!("--storage.path={}", folder.join("data").display()),
            format!("--web.listen-address={}", self.alertmanager),
            "--cluster.listen-address=".to_owned(),
        ];
        self.add(Service::new("alertmanager", program, arguments, &self.folder));
        Ok(())
    }

    /// Starts what is installed of PostgreSQL, Redis and NATS, and answers the settings that say where they are.
    async fn servers(&mut self) -> anyhow::Result<Vec<(String, String)>> {
        let mut environment = Vec::new();
        if let Ok(program) = program("redis-server") {
            let port = free_port()?.to_string();
            let arguments = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
            self.add(Service::new("redis", program, arguments, &self.folder));
            self.service("redis").start()?;
            environment.push(("REDIS_URL".to_owned(), format!("redis://127.0.0.1:{port}/")));
            self.has.redis = true;
        }
        if let Ok(program) = program("nats-server") {
            let port = free_port()?.to_string();
            self.add(Service::new("nats", program, ["-a", "127.0.0.1", "-p", &port], &self.folder));
            self.service("nats").start()?;
            environment.push(("NATS_URL".to_owned(), format!("nats://127.0.0.1:{port}")));
            self.has.nats = true;
        }
        if postgres_folder().is_some() {
            let port = free_port()?;
            self.start_postgres(port).await?;
            self.database = format!("postgres://postgres@127.0.0.1:{port}/postgres");
            self.has.postgres = true;
        }
        environment.push(("DATABASE_URL".to_owned(), self.database.clone()));
        Ok(environment)
    }

    async fn start_postgres(&self, port: u16) -> anyhow::Result<()> {
        let folder = self.folder.join("postgres");
        fs::create_dir_all(&folder)?;
        if is_root() {
            run(tokio::process::Command::new("chown").arg("postgres").arg(&folder)).await?;
        }
        self.postgres("initdb", &["-D", "data", "-A", "trust", "-U", "postgres", "--no-sync"]).await?;
        let options =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}", folder.display());
        self.postgres("pg_ctl", &["start", "-w", "-D", "data", "-o", &options, "-l", "log"]).await
    }

    /// Runs a program of PostgreSQL, which refuses to be root.
    async fn postgres(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let program = postgres_folder().context("PostgreSQL is gone")?.join(program);
        let mut command = if is_root() {
            let mut command = tokio::process::Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            tokio::process::Command::new(program)
        };
        run(command.args(arguments).current_dir(self.folder.join("postgres"))).await
    }

    fn components(&mut self, environment: &[(String, String)]) -> anyhow::Result<()> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let token = self.token();
        fs::write(&token, format!("{:032x}", rand::random::<u128>()))?;
        let common = [
            ("PORT_OFFSET", self.offset.to_string()),
            ("API_TOKEN_FILE", token.display().to_string()),
            ("MARKET_SEED", "1".to_owned()),
            // Headlines are read often enough for windows of seconds.
            ("MARKET_TICK", "500ms".to_owned()),
            ("MARKET_EPOCH", now.to_string()),
            ("RUN_ID", format!("dry-run-{now}")),
            ("METRICS_BIND", "127.0.0.1".to_owned()),
            ("METRICS_TOKEN_FILE", String::new()),
            ("METRICS_DISCOVERY_DIR", String::new()),
            ("METRICS_PUSH_URL", String::new()),
            ("RUST_LOG", "warn".to_owned()),
        ];
        let mut environment = environment.to_vec();
        environment.extend(common.map(|(name, value)| (name.to_owned(), value)));
        let program = std::env::current_exe().context("cannot find this program again")?;
        for component in TOPOLOGY {
            let port = ("METRICS_PORT".to_owned(), (component.port + self.offset).to_string());
            let arguments = [component.name, "--stop-with-stdin"];
            let service = Service::new(component.name, &program, arguments, &self.folder);
            self.add(service.environment(&environment).environment(&[port]));
        }
        Ok(())
    }

    fn add(&mut self, service: Service) {
        self.services.insert(service.name.clone(), service);
    }
}

/// A folder of our own, which PostgreSQL's user may enter.
fn make_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("cryptofunk-dry-run-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    builder.tempdir()
}

/// Where the newest PostgreSQL has its programs, as Debian puts them.
fn postgres_folder() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("initdb").is_file()).max()
}

fn is_root() -> bool {
    #[cfg(unix)]
    return fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    #[cfg(not(unix))]
    false
}

async fn run(command: &mut tokio::process::Command) -> anyhow::Result<()> {
    let output = command.stdin(std::process::Stdio::null()).output().await?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// The text of a file of the project.
pub(super) fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file)
        .with_context(|| format!("cannot read {}; name the project's folder with --root", file.display()))
}

/// The files of a folder with this ending, in order.
pub(super) fn files(folder: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}; name the project's folder with --root", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    files.sort();
    Ok(files)
}

fn file_name(file: &Path) -> &std::ffi::OsStr {
    file.file_name().unwrap_or_default()
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// An offset at which the ports of all components are free. Below those that the operating system gives to clients.
fn free_offset() -> anyhow::Result<u16> {
    for _ in 0..100 {
        let offset = rand::random_range(1_000..23_000);
        let ports: Vec<_> =
            TOPOLOGY.iter().map(|component| TcpListener::bind(("127.0.0.1", component.port + offset))).collect();
        if ports.iter().all(Result::is_ok) {
            return Ok(offset);
        }
    }
    bail!("cannot find free ports for all components")
}
