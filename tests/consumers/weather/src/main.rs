//! Runs one of the three on a free port until its standard input ends; the first line that it writes is its address.

use std::{error::Error, net::SocketAddr, sync::Arc};

use cryptofunk_metrics::{McpServer, adapters, exporter::Exporter, mcp::HttpSettings};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};
use weather::{server::Weather, service::Stations, support::Sorter};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ANY_PORT: &str = "127.0.0.1:0";

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("server"), None) => serve(&mut input).await,
        (Some("agent"), Some(weather)) => sort(&mut input, &weather).await,
        (Some("service"), None) => answer(&mut input).await,
        _ => Err("usage: weather server | agent URL | service".into()),
    }
}

fn listening(address: SocketAddr) {
    println!("http://{address}");
}

async fn ended(input: &mut Lines<BufReader<Stdin>>) {
    while let Ok(Some(_)) = input.next_line().await {}
}

async fn serve(input: &mut Lines<BufReader<Stdin>>) -> Result<()> {
    let bound = Weather.bind_http(ANY_PORT, HttpSettings::default()).await?;
    listening(bound.local_addr());
    bound.run_until(ended(input)).await;
    Ok(())
}

/// A line is a letter, and is answered with its priority.
async fn sort(input: &mut Lines<BufReader<Stdin>>, weather: &str) -> Result<()> {
    let sorter = Arc::new(Sorter::new(weather));
    let running = Exporter::of(&sorter).bind(ANY_PORT).await?.spawn();
    listening(running.local_addr());
    while let Some(letter) = input.next_line().await? {
        match sorter.sort(&letter).await {
            Ok(verdict) => println!("{:?}", verdict.0),
            Err(error) => println!("{error}"),
        }
    }
    running.stop().await;
    Ok(())
}

async fn answer(input: &mut Lines<BufReader<Stdin>>) -> Result<()> {
    adapters::tokio::watch();
    let (service, _readings) = Stations::open().await?;
    let service = Arc::new(service);
    let bound = Exporter::of(&service).merge(service.routes()).bind(ANY_PORT).await?;
    listening(bound.local_addr());
    bound.run_until(ended(input)).await;
    Ok(())
}
