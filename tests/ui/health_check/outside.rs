use cryptofunk_metrics::health_check;

#[health_check]
async fn beans() -> Result<(), String> {
    Ok(())
}

fn main() {}
