use crate::error::Error;

/// Completes at Ctrl-C and at `SIGTERM`, by which a service manager stops a process.
///
/// ```no_run
/// use cryptofunk_metrics::exporter::shutdown_signal;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cryptofunk_metrics::Error> {
/// let stop = shutdown_signal(); // Not run here: it waits for a signal.
/// println!("ready");
/// stop.await?;
/// # Ok(())
/// # }
/// ```
///
/// From the call on, these signals no longer end the process by themselves. So call it before clients can connect, and await the result
/// later.
///
/// # Errors
///
/// If the operating system does not let the process receive them.
///
/// # Panics
///
/// If it is called outside of a tokio runtime.
pub fn shutdown_signal() -> impl Future<Output = Result<(), Error>> + Send + 'static {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = signal(SignalKind::interrupt())
            .and_then(|interrupt| signal(SignalKind::terminate()).map(|terminate| (interrupt, terminate)));
        async move {
            let (mut interrupt, mut terminate) = signals.map_err(Error::Signal)?;
            tokio::select! {
                _ = interrupt.recv() => Ok(()),
                _ = terminate.recv() => Ok(()),
            }
        }
    }
    #[cfg(not(unix))]
    async {
        tokio::signal::ctrl_c().await.map_err(Error::Signal)
    }
}
