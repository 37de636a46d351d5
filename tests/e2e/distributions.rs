//! Serves known distributions, for a Prometheus that reads native histograms and one that does not.

use std::sync::Arc;

use cryptofunk_metrics::{
    Component, Label, component,
    exporter::{Exporter, Settings, shutdown_signal},
    metrics,
};

#[derive(Label, Clone, Copy)]
enum Distribution {
    Uniform,
    Exponential,
    Pareto,
    /// Half of the values below 0.
    Symmetric,
}

#[metrics(namespace = "dist")]
mod families {
    /// Declared buckets, and those that it makes.
    #[metric(buckets = exponential(0.001, 2, 24), native)]
    pub fn both_seconds(distribution: Distribution) -> Histogram;

    /// Buckets that it makes, finer ones.
    #[metric(native(schema = 6, max_buckets = 2_000))]
    pub fn native_seconds(distribution: Distribution) -> Histogram;

    /// Few buckets, so that the schema becomes coarser.
    #[metric(native(schema = 8, max_buckets = 50))]
    pub fn few_seconds(distribution: Distribution) -> Histogram;

    /// Declared buckets alone.
    #[metric(buckets = exponential(0.001, 2, 24))]
    pub fn classic_seconds(distribution: Distribution) -> Histogram;

    /// Nothing is observed.
    #[metric(native)]
    pub fn empty_seconds() -> Histogram;
}

/// Observations of each distribution.
const COUNT: u32 = 20_000;

struct Distributions;

/// Known distributions.
#[component(name = "distributions", port = 9399)]
impl Distributions {}

impl Distribution {
    /// The value below which this share of all values is.
    fn quantile(self, share: f64) -> f64 {
        match self {
            Distribution::Uniform => 10.0 * share,
            Distribution::Exponential => -(1.0 - share).ln(),
            Distribution::Pareto => (1.0 - share).powf(-0.5),
            Distribution::Symmetric => 20.0 * share - 10.0,
        }
    }

    fn observe(self) {
        for i in 0..COUNT {
            let value = self.quantile((f64::from(i) + 0.5) / f64::from(COUNT));
            for series in
                [families::both_seconds, families::native_seconds, families::few_seconds, families::classic_seconds]
            {
                series(self).observe(value);
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    use Distribution::{Exponential, Pareto, Symmetric, Uniform};
    let settings = Settings::from_env(Distributions::PORT)?;
    let threads = [Uniform, Exponential, Pareto, Symmetric].map(|one| std::thread::spawn(move || one.observe()));
    for thread in threads {
        // A panic of one of them is on stderr, and its counts are missing in the test.
        let _ = thread.join();
    }
    let running = Exporter::of(&Arc::new(Distributions)).settings(&settings).bind(settings.address).await?.spawn();
    shutdown_signal().await?;
    running.stop().await;
    Ok(())
}
