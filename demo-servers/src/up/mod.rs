//! `cryptofunk up`: every component as a process of its own.

mod claim;
mod member;
mod processes;
mod prometheus;
mod screen;
mod table;

use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Write},
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, bail};
use claim::Claim;
use cryptofunk_metrics::{
    descriptor::ComponentKind,
    exporter::{Settings, shutdown_signal},
};
use demo_servers::{DATA_FOLDER, STAGES, TOPOLOGY};
use member::Member;
use processes::{Plan, Processes};
use prometheus::Prometheus;
use screen::Screen;
use tokio::time::sleep;

/// What `cryptofunk up` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Stop after this time, such as 60s; otherwise at Ctrl-C.
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    time: Option<Duration>,
    /// Add this to every component's port.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port_offset: u16,
    /// Play the market of this seed. A second run with the same seed makes the same trades: every tick waits for every agent.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Restart a component that does not answer for this long.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, default_value = "10s")]
    patience: Duration,
    /// Start only these components, separated by commas.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    only: Vec<String>,
    /// Run an installed Prometheus (Debian's package prometheus) on the shipped files, on port 9090 or a free one, until the end.
    #[arg(long)]
    prometheus: bool,
    /// The project's folder, whose files --prometheus uses.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    root: PathBuf,
}

/// Runs everything until Ctrl-C or the given time.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    // The components would each say that it is wrong.
    let settings = Settings::from_env(0)?;
    let members = members(&options, settings.address.ip())?;
    let token_file = settings.token_file.as_deref();
    let mut prometheus = match options.prometheus {
        true => Some(Prometheus::prepare(&options.root, &members, token_file)?),
        false => None,
    };
    let data = data_folder(options.port_offset)?;
    // Before anything starts: one clear line rather than one from each process.
    let _claim = Claim::take(&data, &members)?;
    let plan = Plan {
        program: std::env::current_exe().context("cannot find this program again")?,
        environment: environment(&options, &data)?,
        patience: options.patience,
    };
    let screen = Screen::new();
    let mut processes = Processes::new(plan, screen.clone());
    for kind in STAGES {
        let stage: Vec<Member> = members.iter().copied().filter(|member| member.component.kind == kind).collect();
        tokio::select! {
            started = processes.start(&stage) => if let Err(error) = started {
                processes.stop().await?;
                return Err(error);
            },
            signal = shutdown_signal() => {
                processes.stop().await?;
                return Ok(signal?);
            }
        }
    }
    if let Some(prometheus) = &mut prometheus {
        let started = tokio::select! {
            started = prometheus.start() => started.map(|()| true),
            signal = shutdown_signal() => signal.map(|()| false).map_err(Into::into),
        };
        if !matches!(started, Ok(true)) {
            prometheus.stop().await?;
            processes.stop().await?;
            return started.map(drop);
        }
    }
    introduce(&members, &options, &data, prometheus.as_ref());
    let time = async {
        match options.time {
            Some(time) => sleep(time).await,
            None => std::future::pending().await,
        }
    };
    let signal = tokio::select! {
        signal = shutdown_signal() => signal,
        () = time => Ok(()),
        () = table::show(&members, settings.token_file, &screen) => Ok(()),
        () = watch(&mut prometheus, &screen) => Ok(()),
    };
    screen.leave();
    eprintln!("stopping …");
    if let Some(prometheus) = &mut prometheus {
        prometheus.stop().await?;
    }
    processes.stop().await?;
    eprintln!("all components have stopped");
    Ok(signal?)
}

fn members(options: &Options, host: IpAddr) -> anyhow::Result<Vec<Member>> {
    let known: BTreeSet<&str> = TOPOLOGY.iter().map(|component| component.name).collect();
    if let Some(unknown) = options.only.iter().find(|name| !known.contains(name.as_str())) {
        let known: Vec<&str> = known.into_iter().collect();
        bail!("there is no component `{unknown}`; the components are {}", known.join(", "));
    }
    let wanted = TOPOLOGY
        .iter()
        .filter(|component| options.only.is_empty() || options.only.iter().any(|name| name == component.name));
    wanted
        .map(|component| match component.port.checked_add(options.port_offset) {
            Some(port) => Ok(Member { component: *component, address: SocketAddr::new(host, port) }),
            None => bail!("--port-offset {} moves {} past port 65535", options.port_offset, component.name),
        })
        .collect()
}

/// Where trades and the token of the API are kept: for each offset a folder, since each is a system of its own.
fn data_folder(offset: u16) -> anyhow::Result<PathBuf> {
    let mut folder = PathBuf::from(DATA_FOLDER);
    if offset > 0 {
        folder.push(format!("offset-{offset}"));
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {} for trades", folder.display()))?;
    Ok(folder)
}

/// What the components are told, unless the environment says it already.
fn environment(options: &Options, data: &Path) -> anyhow::Result<Vec<(&'static str, String)>> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let token = data.join("api-token");
    let known = match fs::read_to_string(&token) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        known => known.with_context(|| format!("cannot read {}", token.display()))?,
    };
    // An empty one is what a full disk has left.
    if known.trim().is_empty() {
        write_secret(&token).with_context(|| format!("cannot write {}", token.display()))?;
    }
    let all = [
        // Their start is told by the table; their warnings are told.
        ("RUST_LOG", "warn,async_nats=error,rmcp=off".to_owned()),
        ("DATABASE_URL", format!("sqlite://{}", data.join("trades.db").display())),
        // A call has one token, for the server and for the tool.
        (
            "API_TOKEN_FILE",
            std::env::var("MCP_TOKEN_FILE").ok().filter(|file| !file.is_empty()).unwrap_or(token.display().to_string()),
        ),
        ("MARKET_EPOCH", now.to_string()),
        ("MARKET_CLOCK_FILE", data.join("market-clock").display().to_string()),
        ("MARKET_SEED", options.seed.unwrap_or_else(rand::random).to_string()),
        ("REPEATABLE", options.seed.is_some().to_string()),
        ("RUN_ID", format!("run-{now}")),
    ];
    let is_set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let seeded = |name: &str| options.seed.is_some() && ["MARKET_SEED", "REPEATABLE"].contains(&name);
    let mut environment: Vec<_> = all.into_iter().filter(|(name, _)| seeded(name) || !is_set(name)).collect();
    environment.push(("PORT_OFFSET", options.port_offset.to_string()));
    Ok(environment)
}

/// A random token in a file that only its owner reads; all of it or nothing.
fn write_secret(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let token: [u64; 4] = rand::random();
    writeln!(file, "{}", token.map(|part| format!("{part:016x}")).concat())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Watches Prometheus, if it runs, for ever.
async fn watch(prometheus: &mut Option<Prometheus>, screen: &Screen) {
    match prometheus {
        Some(prometheus) => prometheus.watch(screen).await,
        None => std::future::pending().await,
    }
}

fn introduce(members: &[Member], options: &Options, data: &Path, prometheus: Option<&Prometheus>) {
    println!("{:<22} {:<34} what it is", "component", "where it is");
    for member in members {
        let path = if member.component.kind == ComponentKind::McpServer { "/mcp" } else { "/" };
        println!("{:<22} {:<34} {}", member.component.name, member.url(path), member.component.description);
    }
    println!(
        "each has /metrics, /health and a page at /; trades, and the token of calls that change something (api-token), are in {}",
        data.display()
    );
    introduce_monitoring(members, options, prometheus);
    match options.time {
        Some(time) => println!("running for {}", humantime::format_duration(time)),
        None => println!("running; Ctrl-C stops everything"),
    }
}

/// Where Prometheus and Grafana look, or would.
fn introduce_monitoring(members: &[Member], options: &Options, prometheus: Option<&Prometheus>) {
    let targets: Vec<String> = members.iter().map(|member| member.address.to_string()).collect();
    let targets = targets.join(" ");
    let url = match prometheus {
        Some(prometheus) => {
            let url = format!("http://{}", prometheus.address);
            println!("Prometheus is at {url}, with its alerts at {url}/alerts; it scrapes {targets}");
            url
        }
        None => {
            println!("Prometheus would scrape {targets}");
            if options.port_offset == 0 {
                println!("  prometheus --config.file={}/prometheus.yml, or `up --prometheus`", prometheus::SHIPPED);
            } else {
                println!("  `up --prometheus` runs it with {} and these ports", prometheus::SHIPPED);
            }
            "http://127.0.0.1:9090".to_owned()
        }
    };
    println!(
        "Grafana shows the dashboards of deployments/grafana/dashboards (provisioning: deployments/grafana/provisioning), with Prometheus at {url}"
    );
}
