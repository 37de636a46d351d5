//! A process of another program, with its log in a file.

use std::{
    ffi::OsStr,
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context;
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// How long a process may take to stop.
const STOP: Duration = Duration::from_secs(5);

/// A process that can be ended and started again.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    child: Option<Child>,
}

impl Service {
    /// A process of this program, not started yet. It works in the folder, and logs to a file there.
    pub(crate) fn new<A: AsRef<str>>(
        name: &str,
        program: impl AsRef<Path>,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> Self {
        Service {
            name: name.to_owned(),
            program: program.as_ref().to_owned(),
            arguments: arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect(),
            environment: Vec::new(),
            folder: folder.to_owned(),
            child: None,
        }
    }

    pub(crate) fn environment(mut self, environment: &[(String, String)]) -> Self {
        self.environment.extend_from_slice(environment);
        self
    }

    /// The file that it logs to.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    pub(crate) fn start(&mut self) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.program);
        // Ctrl-C in a terminal reaches a whole process group; these stop when they are told to.
        #[cfg(unix)]
        command.process_group(0);
        let child = command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (OsStr::new(name), OsStr::new(value))))
            .current_dir(&self.folder)
            // Components end when this closes, so also when this process is killed.
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {} ({})", self.name, self.program.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Ends it as a crash does.
    pub(crate) async fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await.with_context(|| format!("cannot kill {}", self.name))?;
        }
        Ok(())
    }

    /// Asks it to stop, and makes it if it does not.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        drop(child.stdin.take());
        if let Some(id) = child.id() {
            let _ = Command::new("kill").arg(id.to_string()).status().await;
        }
        if timeout(STOP, child.wait()).await.is_err() {
            child.kill().await.with_context(|| format!("cannot kill {}", self.name))?;
        }
        Ok(())
    }

    /// Why it has ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.child.as_mut()?.try_wait().ok()??;
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        Some(format!("{} ended ({status}): {}", self.name, log.lines().last().unwrap_or("it logged nothing")))
    }
}

/// The path of a program that is needed.
pub(crate) fn program(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    // Debian calls its packages as it calls the programs, but for PostgreSQL, which is not looked for here.
    found.with_context(|| {
        format!("cannot find the program `{name}`; Debian's package {name} has it (apt-get install {name})")
    })
}
