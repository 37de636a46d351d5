//! The processes: started, started again when they end, and stopped.

use std::{
    path::PathBuf,
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
/// How often a component is asked whether it answers, and how long it has when it is asked once more.
const PROBE: Duration = Duration::from_secs(2);
const ONCE_MORE: Duration = Duration::from_secs(1);
/// Restarts wait this long, and twice as long each time, up to the last.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// How components are run.
#[derive(Debug)]
pub(super) struct Plan {
    /// This program, by the path that it was started from: another one may stand there later.
    pub(super) program: PathBuf,
    pub(super) environment: Vec<(&'static str, String)>,
    /// A component that answers nothing for this long is started again.
    pub(super) patience: Duration,
}

/// All processes that this one keeps running.
pub(super) struct Processes {
    plan: Arc<Plan>,
    screen: Screen,
    /// Those that were started together, and what stops them.
    stages: Vec<(CancellationToken, JoinSet<anyhow::Result<()>>)>,
}

impl Processes {
    pub(super) fn new(plan: Plan, screen: Screen) -> Self {
        Processes { plan: Arc::new(plan), screen, stages: Vec::new() }
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
                plan: Arc::clone(&self.plan),
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
    plan: Arc<Plan>,
    screen: Screen,
    stop: CancellationToken,
}

/// How a process ended.
enum End {
    /// It was told to stop, and has.
    Stopped,
    /// It has answered nothing for too long, and was killed.
    Silent,
    /// Somebody killed it, or told it to stop.
    Killed(String),
    /// By itself.
    Died(String),
    /// It could not even be started.
    NotStarted(String),
}

impl Keeper {
    /// Starts the component, and starts it again when it ends, until told to stop. If it ends before it has ever listened,
    /// says why and does not insist.
    async fn keep_running(self, failed: oneshot::Sender<String>) -> anyhow::Result<()> {
        let name = self.member.component.name;
        let mut failed = Some(failed);
        let mut back_off = BACK_OFF.0;
        loop {
            let began = Instant::now();
            let end = match self.start() {
                Ok((child, log)) => self.attend(child, log, &mut failed).await?,
                Err(error) => End::NotStarted(format!("{error:#}")),
            };
            // What is wrong with a component that dies by itself is still wrong in a moment; others need no such rest.
            let by_itself = matches!(end, End::Died(_) | End::NotStarted(_));
            if !by_itself || began.elapsed() > BACK_OFF.1 {
                back_off = BACK_OFF.0;
            }
            let pause = humantime::format_duration(back_off);
            let told = match (end, failed.take()) {
                (End::Stopped, _) => return Ok(()),
                (End::Died(why) | End::Killed(why) | End::NotStarted(why), Some(failed)) => {
                    let _ = failed.send(why);
                    return Ok(());
                }
                (End::Silent, _) => {
                    let patience = humantime::format_duration(self.plan.patience);
                    format!("{name} has answered nothing for {patience} and was killed; starting it again in {pause}")
                }
                (End::Died(why) | End::Killed(why), None) => {
                    format!("{name} ended ({why}); starting it again in {pause}")
                }
                (End::NotStarted(why), None) => format!("{why}; trying it again in {pause}"),
            };
            self.screen.say(&told);
            tokio::select! {
                () = sleep(back_off) => if by_itself {
                    back_off = (back_off * 2).min(BACK_OFF.1);
                },
                () = self.stop.cancelled() => return Ok(()),
            }
        }
    }

    /// Waits for the end of a process. Once it listens, nobody is told any more that it has failed to start.
    async fn attend(
        &self,
        mut child: Child,
        log: JoinHandle<Option<String>>,
        failed: &mut Option<oneshot::Sender<String>>,
    ) -> anyhow::Result<End> {
        // Waiting would close it.
        let lifeline = child.stdin.take();
        let mut listens = std::pin::pin!(listens(self.member));
        let mut silence = std::pin::pin!(silence(self.member, self.plan.patience));
        let status = loop {
            tokio::select! {
                status = child.wait() => break status?,
                true = &mut listens, if failed.is_some() => *failed = None,
                () = &mut silence, if failed.is_none() => {
                    child.kill().await.with_context(|| format!("cannot kill {}", self.member.component.name))?;
                    return Ok(End::Silent);
                }
                () = self.stop.cancelled() => {
                    drop(lifeline);
                    self.end(child).await?;
                    return Ok(End::Stopped);
                }
            }
        };
        let error = timeout(STOP, log).await.ok().and_then(Result::ok).flatten();
        let why = error.unwrap_or_else(|| describe(status));
        Ok(if is_killed(status) { End::Killed(why) } else { End::Died(why) })
    }

    /// Starts the process. What it logs is shown, but for the error that it ends with, if it does: that is the result.
    fn start(&self) -> anyhow::Result<(Child, JoinHandle<Option<String>>)> {
        let name = self.member.component.name;
        let mut command = Command::new(&self.plan.program);
        // Ctrl-C in a terminal reaches a whole process group; the components stop when they are told to.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .args([name, "--stop-with-stdin"])
            .envs(self.plan.environment.iter().map(|(name, value)| (name, value)))
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

/// Whether somebody else ended a process: by a signal that asks for it, or one that nobody can refuse.
fn is_killed(status: ExitStatus) -> bool {
    const BY_OTHERS: [i32; 4] = [1, 2, 9, 15];
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return BY_OTHERS.contains(&signal);
    }
    // It ends well only when it is told to.
    status.success()
}

/// Completes when a component has answered nothing for so long, whatever its answers are.
async fn silence(member: Member, patience: Duration) {
    if !listens(member).await {
        return;
    }
    // Of an old connection nobody knows who answers.
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap_or_default();
    let answer = async || {
        while client.get(member.url("/health")).send().await.is_err() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    loop {
        // Asked once more: after a rest of this process itself, all its times are over at once.
        if timeout(patience, answer()).await.is_err() && timeout(ONCE_MORE, answer()).await.is_err() {
            return;
        }
        sleep(PROBE).await;
    }
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
