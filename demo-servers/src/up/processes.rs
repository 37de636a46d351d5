//! The processes: started, started again when they end, and stopped.

use std::{
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    sync::oneshot,
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{member::Member, screen::Screen};

/// How long a component may take to listen.
const START: Duration = Duration::from_secs(60);
/// How long a component may take to stop.
const STOP: Duration = Duration::from_secs(10);
/// Restarts wait this long, and twice as long each time, up to the last.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

type Environment = Arc<Vec<(&'static str, String)>>;

/// All processes that this one keeps running.
pub(super) struct Processes {
    environment: Environment,
    screen: Screen,
    /// Those that were started together, and what stops them.
    stages: Vec<(CancellationToken, JoinSet<anyhow::Result<()>>)>,
}

impl Processes {
    pub(super) fn new(environment: Vec<(&'static str, String)>, screen: Screen) -> Self {
        Processes { environment: Arc::new(environment), screen, stages: Vec::new() }
    }

    /// Starts some components, and waits until each of them listens.
    pub(super) async fn start(&mut self, members: &[Member]) -> anyhow::Result<()> {
        let mut listening = JoinSet::new();
        self.stages.push((CancellationToken::new(), JoinSet::new()));
        let Some((stop, keepers)) = self.stages.last_mut() else { return Ok(()) };
        for member in members {
            let (failed, failure) = oneshot::channel();
            let keeper = Keeper {
                member: *member,
                environment: Arc::clone(&self.environment),
                screen: self.screen.clone(),
                stop: stop.clone(),
            };
            keepers.spawn(keeper.keep_running(failed));
            let member = *member;
            listening.spawn(async move {
                let name = member.component.name;
                tokio::select! {
                    Ok(why) = failure => bail!("{name} cannot start: {why}"),
                    listens = listens(member) => match listens {
                        true => Ok(()),
                        false => bail!("{name} did not listen on {} within {} s", member.address, START.as_secs()),
                    },
                }
            });
        }
        while let Some(result) = listening.join_next().await {
            result??;
        }
        Ok(())
    }

    /// Stops everything, those that were started last first, so that nobody misses whom they call.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        while let Some((stop, mut keepers)) = self.stages.pop() {
            stop.cancel();
            while let Some(result) = keepers.join_next().await {
                result??;
            }
        }
        Ok(())
    }
}

/// Keeps one component running.
struct Keeper {
    member: Member,
    environment: Environment,
    screen: Screen,
    stop: CancellationToken,
}

impl Keeper {
    /// Starts the component, and starts it again when it ends, until told to stop. If it ends before it has ever listened,
    /// says why and does not insist.
    async fn keep_running(self, failed: oneshot::Sender<String>) -> anyhow::Result<()> {
        let name = self.member.component.name;
        let mut failed = Some(failed);
        let mut pause = BACK_OFF.0;
        loop {
            let began = Instant::now();
            let (mut child, log) = self.start()?;
            // Waiting would close it.
            let lifeline = child.stdin.take();
            let mut listens = std::pin::pin!(listens(self.member));
            let status = loop {
                tokio::select! {
                    status = child.wait() => break status?,
                    true = &mut listens, if failed.is_some() => failed = None,
                    () = self.stop.cancelled() => {
                        drop(lifeline);
                        return self.end(child).await;
                    }
                }
            };
            let error = timeout(STOP, log).await.ok().and_then(Result::ok).flatten();
            let why = error.unwrap_or_else(|| describe(status));
            if let Some(failed) = failed.take() {
                let _ = failed.send(why);
                return Ok(());
            }
            if began.elapsed() > BACK_OFF.1 {
                pause = BACK_OFF.0;
            }
            self.screen
                .say(&format!("{name} ended ({why}); starting it again in {}", humantime::format_duration(pause)));
            tokio::select! {
                () = sleep(pause) => pause = (pause * 2).min(BACK_OFF.1),
                () = self.stop.cancelled() => return Ok(()),
            }
        }
    }

    /// Starts the process. What it logs is shown, but for the error that it ends with, if it does: that is the result.
    fn start(&self) -> anyhow::Result<(Child, JoinHandle<Option<String>>)> {
        let name = self.member.component.name;
        let program = std::env::current_exe().context("cannot find this program again")?;
        let mut command = Command::new(program);
        // Ctrl-C in a terminal reaches a whole process group; the components stop when they are told to.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .args([name, "--stop-with-stdin"])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("METRICS_PORT", self.member.address.port().to_string())
            // Its end tells the component that this process is gone, even if it was killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let (screen, log) = (self.screen.clone(), child.stderr.take());
        let log = tokio::spawn(async move {
            let mut error = None;
            let mut lines = BufReader::new(log?).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                match line.strip_prefix("error: ") {
                    Some(line) => error = Some(line.to_owned()),
                    None => screen.log(name, &line),
                }
            }
            error
        });
        Ok((child, log))
    }

    /// Waits for a component whose standard input was closed, and makes it stop if it does not.
    async fn end(&self, mut child: Child) -> anyhow::Result<()> {
        if timeout(STOP, child.wait()).await.is_err() {
            let name = self.member.component.name;
            self.screen.say(&format!("{name} did not stop within {} s and was killed", STOP.as_secs()));
            child.kill().await.with_context(|| format!("cannot kill {name}"))?;
        }
        Ok(())
    }
}

fn describe(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}

/// Whether a component listens before the patience ends.
async fn listens(member: Member) -> bool {
    let connect = async {
        while TcpStream::connect(member.address).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(START, connect).await.is_ok()
}
