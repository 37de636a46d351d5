//! Pushing to a Pushgateway (feature `push`), for processes that end before Prometheus has scraped them.
//!
//! A process that serves metrics with settings from the environment needs no code: [`McpServer::serve`](crate::McpServer::serve),
//! [`serve_http`](crate::McpServer::serve_http), and an exporter with [`settings`](crate::exporter::Exporter::settings). A batch job, which
//! serves nothing, keeps a [`Push`]:
//!
//! ```
//! use cryptofunk_metrics::{metrics, push::Push};
//!
//! #[metrics(namespace = "report")]
//! mod families {
//!     /// Rows that were written.
//!     pub fn rows_total() -> Counter;
//! }
//!
//! # fn main() -> Result<(), cryptofunk_metrics::Error> {
//! // METRICS_PUSH_URL=http://127.0.0.1:9091; does nothing without it.
//! let push = Push::from_env("nightly-report")?;
//! families::rows_total().inc_by(3);
//! push.finish(); // a job that fails drops it instead
//! # Ok(())
//! # }
//! ```
//!
//! # What is pushed
//!
//! All metrics of the process, as `/metrics` has them, at the start, at an interval and once more at the end. They replace what the same
//! *group* had before. The group is `job`, the component or the name of the job, and `instance`, a name and a *slot*: the lowest number that no
//! living process of the component has (see [`Settings`](crate::exporter::Settings)). So the Pushgateway keeps at most as many groups as
//! processes live at one time, and a new process continues the series of one that is gone, as after a restart: counters that begin at 0 again.
//!
//! Prometheus has to scrape the Pushgateway with `honor_labels: true`. A process that is both scraped and pushed has its metrics under two
//! jobs: sum over one of them.
//!
//! # Settings
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `METRICS_PUSH_URL` | the Pushgateway, `http://user:password@host:9091/prefix` | none: nothing is pushed |
//! | `METRICS_PUSH_INTERVAL` | how often, such as `15s`; `off` pushes at the end alone | `15s` |
//! | `METRICS_PUSH_DELETE` | `true` deletes the group when the process ends well, by the end of its client or a signal | `false` |
//! | `METRICS_DISCOVERY_DIR` | the folder of the slots, which processes have to share | `$XDG_RUNTIME_DIR/cryptofunk-metrics`, or one for temporary files |
//! | `METRICS_INSTANCE` | what stands before the slot: processes of other machines push to the same Pushgateway | the component |
//!
//! # What can go wrong
//!
//! A Pushgateway that does not answer changes nothing in the process. It is logged once, and once more when a push succeeds again. The end of the
//! process waits 3 s for the last push. A process that is killed leaves what it pushed last.
//!
//! Pushing has a thread and a connection of its own, so it works without a tokio runtime, and with one that is busy. The connection is
//! hyper's, which serves `/metrics` too: no other HTTP client is needed. An `https://` URL needs the feature `tls`, and a certificate that the system
//! trusts, or one in the file that `SSL_CERT_FILE` names.

mod gateway;
mod settings;
mod worker;

use std::sync::Arc;

pub use settings::PushSettings;
pub(crate) use worker::start;

use crate::{
    delivery::{End, Worker},
    discovery::Instance,
    error::Error,
};

/// Pushes the metrics of a batch job until it is dropped. See the [module](self).
#[derive(Debug)]
#[must_use = "the metrics are pushed until this is dropped"]
pub struct Push(Option<Worker>);

impl Push {
    /// Starts to push as the [environment](self#settings) says. Without `METRICS_PUSH_URL`, nothing is pushed. `job` is the label `job`.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value.
    pub fn from_env(job: &str) -> Result<Self, Error> {
        Ok(Push(PushSettings::from_env()?.and_then(|settings| start_job(job, settings))))
    }

    /// Starts to push with these settings, whatever the environment says.
    pub fn start(job: &str, settings: PushSettings) -> Self {
        Push(start_job(job, settings))
    }

    /// Ends a successful job: pushes a last time, or deletes what was pushed if [`PushSettings::delete_at_end`] is set. Waits at most 3 s.
    /// A job that fails drops the value instead: that pushes a last time, and deletes nothing.
    pub fn finish(mut self) {
        if let Some(worker) = self.0.take() {
            worker.end(End::Well);
        }
    }
}

fn start_job(job: &str, settings: PushSettings) -> Option<Worker> {
    let instance = Instance::new(settings.instance.clone(), job);
    start(settings, Arc::new(instance), None)
}

impl Drop for Push {
    /// The job has failed: pushes a last time. Waits for it, for 3 s at most.
    fn drop(&mut self) {
        if let Some(worker) = self.0.take() {
            worker.end(End::Otherwise);
        }
    }
}
