use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather")]
#[convention(without(result_bytes))]
mod families {
    /// Answers that came from the cache.
    pub fn cache_hits_total() -> Counter;
}

fn main() {}
