//! `cryptofunk up`: every component as a process of its own.

use std::{
    io::{IsTerminal, Read},
    net::{IpAddr, SocketAddr, TcpListener},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, bail};
use cryptofunk_metrics::{
    descriptor::ComponentDescriptor,
    exporter::{Settings, shutdown_signal},
};
use demo_servers::TOPOLOGY;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// What `cryptofunk up` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Stop after this time, such as 60s; otherwise at Ctrl-C.
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    time: Option<Duration>,
    /// Add this to every component's port.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port_offset: u16,
}

/// How long a component may take to listen, and to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// Restarts wait this long, and twice as long each time, up to the last.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// Runs everything until Ctrl-C or the given time.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    // The components would each say that it is wrong.
    let host = Settings::from_env(0)?.address.ip();
    let stop = CancellationToken::new();
    let mut components = JoinSet::new();
    let mut listening = JoinSet::new();
    for component in TOPOLOGY {
        let Some(port) = component.port.checked_add(options.port_offset) else {
            bail!("--port-offset {} moves {} past port 65535", options.port_offset, component.name);
        };
        // Asked before anything starts: one clear line rather than one from each process.
        if TcpListener::bind((host, port)).is_err() {
            bail!(
                "address {} of {} is already in use or cannot be listened on; stop the process that listens there, \
                 or move every port with --port-offset",
                SocketAddr::new(host, port),
                component.name,
            );
        }
    }
    for component in TOPOLOGY {
        let port = component.port + options.port_offset;
        components.spawn(keep_running(*component, port, stop.clone()));
        listening.spawn(async move { (*component, port, wait_for(SocketAddr::new(host, port)).await) });
    }
    while let Some(result) = listening.join_next().await {
        let (component, port, ready) = result?;
        if !ready {
            stop.cancel();
            while components.join_next().await.is_some() {}
            bail!("{} did not listen on port {port} within {} s; its log is above", component.name, PATIENCE.as_secs());
        }
    }
    print_table(&options, host);
    let time = async {
        match options.time {
            Some(time) => sleep(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        signal = shutdown_signal() => signal?,
        () = time => {}
    }
    eprintln!("stopping …");
    stop.cancel();
    while let Some(result) = components.join_next().await {
        result??;
    }
    eprintln!("all components have stopped");
    Ok(())
}

fn print_table(options: &Options, host: IpAddr) {
    println!("{:<22} {:<34} {:<36} health", "component", "MCP", "metrics");
    for component in TOPOLOGY {
        let base = format!("http://{}", SocketAddr::new(host, component.port + options.port_offset));
        println!(
            "{:<22} {:<34} {:<36} {base}/health",
            component.name,
            format!("{base}/mcp"),
            format!("{base}/metrics")
        );
    }
    match options.time {
        Some(time) => println!("running for {}", humantime::format_duration(time)),
        None => println!("running; Ctrl-C stops everything"),
    }
}

/// Starts a component, and starts it again when it ends, until told to stop.
async fn keep_running(component: ComponentDescriptor, port: u16, stop: CancellationToken) -> anyhow::Result<()> {
    let mut pause = BACK_OFF.0;
    loop {
        let began = Instant::now();
        let mut child = start(&component, port)?;
        // Waiting would close it.
        let lifeline = child.stdin.take();
        let status = tokio::select! {
            status = child.wait() => status?,
            () = stop.cancelled() => {
                drop(lifeline);
                return end(component.name, child).await;
            }
        };
        if began.elapsed() > BACK_OFF.1 {
            pause = BACK_OFF.0;
        }
        eprintln!(
            "{} ended ({}); starting it again in {}",
            component.name,
            describe(status),
            humantime::format_duration(pause)
        );
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(BACK_OFF.1),
            () = stop.cancelled() => return Ok(()),
        }
    }
}

fn start(component: &ComponentDescriptor, port: u16) -> anyhow::Result<Child> {
    let program = std::env::current_exe().context("cannot find this program again")?;
    let mut command = Command::new(program);
    // Ctrl-C in a terminal reaches a whole process group; the components stop when they are told to.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command
        .args([component.name, "--stop-with-stdin"])
        .env("METRICS_PORT", port.to_string())
        // Its end tells the component that this process is gone, even if it was killed.
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", component.name))?;
    if let Some(log) = child.stderr.take() {
        let name = component.name;
        let colour = std::io::stderr().is_terminal();
        tokio::spawn(async move {
            let mut lines = BufReader::new(log).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if colour { eprintln!("\x1b[2m{name:>22}\x1b[0m {line}") } else { eprintln!("{name:>22} {line}") }
            }
        });
    }
    Ok(child)
}

/// Waits for a component whose standard input was closed, and makes it stop if it does not.
async fn end(name: &str, mut child: Child) -> anyhow::Result<()> {
    if timeout(PATIENCE, child.wait()).await.is_err() {
        eprintln!("{name} did not stop within {} s and was killed", PATIENCE.as_secs());
        child.kill().await.with_context(|| format!("cannot kill {name}"))?;
    }
    Ok(())
}

fn describe(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}

async fn wait_for(address: SocketAddr) -> bool {
    let connect = async {
        while TcpStream::connect(address).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, connect).await.is_ok()
}

/// Completes when standard input is closed.
pub(crate) async fn stdin_closed() {
    let (closed, wait) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: the runtime would wait for a read on its pool.
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        let mut buffer = [0; 64];
        while matches!(stdin.read(&mut buffer), Ok(n) if n > 0) {}
        drop(closed);
    });
    let _ = wait.await;
}
