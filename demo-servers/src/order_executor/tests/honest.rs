//! What errors say of what was done.

use super::*;

async fn replace(executor: &OrderExecutor, id: &str) -> Result<SessionStats> {
    executor.start_session(Caller::Host, id.to_owned(), String::new(), 500.0, true).await
}

/// A session with an order that rests.
async fn resting(world: &World) -> OrderExecutor {
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    buy(&executor, "held", 0.1).await.expect("an order");
    let limit =
        executor.place_limit_order(Caller::Host, "rests".to_owned(), "BTC-USD".to_owned(), Side::Buy, 0.1, 100.0).await;
    assert_eq!(limit.expect("an order").status, OrderStatus::Open);
    executor
}

#[tokio::test]
async fn a_session_is_replaced_as_a_whole_or_not_at_all() {
    let world = World::new(SLOW).await;
    let executor = resting(&world).await;
    let active = async || executor.get_session_stats(Caller::Host, None, None, false, Moment::Now, 0).await;
    let before = active().await.expect("a session");
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    world.execute(refuse).await;
    let error = replace(&executor, "s2").await.expect_err("it cannot be written").to_string();
    assert!(error.starts_with("the database does not answer, nothing was done: "), "{error}");
    assert_eq!(active().await.expect("the same session"), before, "nothing was done");
    world.execute("DROP TRIGGER refuse").await;
    let replaced = replace(&executor, "s2").await.expect("a session");
    assert_eq!((replaced.session_id.as_str(), replaced.cash_usd), ("s2", 500.0));
    let order = executor.get_order_status("rests".to_owned()).await.expect("an order");
    assert_eq!(order.status, OrderStatus::Cancelled);
}

#[tokio::test]
async fn an_error_says_what_was_done_before_it() {
    let world = World::new(SLOW).await;
    let executor = resting(&world).await;
    // Whatever is written is written; then it cannot be read.
    world.execute("ALTER TABLE portfolio_values RENAME TO gone").await;
    let error = replace(&executor, "s2").await.expect_err("it cannot be read");
    assert_eq!(error.code(), "answer_missing");
    let error = error.to_string();
    assert!(
        error.starts_with("session `s2` was started, but what it is worth cannot be told: the database"),
        "{error}"
    );
    assert!(!error.contains("nothing was done"), "{error}");
    world.execute("ALTER TABLE gone RENAME TO portfolio_values").await;
    assert!(stats(&executor).await.session_id == "s2", "it was started");
}

#[tokio::test]
async fn a_market_that_is_closed_starts_no_session_and_keeps_none_from_being_stopped() {
    let world = World::new(SLOW).await;
    let executor = resting(&world).await;
    world.close_the_market().await;
    for error in [replace(&executor, "s2").await.map(drop), buy(&executor, "late", 0.1).await.map(drop)] {
        let error = error.expect_err("nobody answers").to_string();
        assert!(error.starts_with("the market does not answer, nothing was done: "), "{error}");
    }
    assert!(matches!(executor.get_order_status("late".to_owned()).await, Err(OrderError::UnknownOrder(_))));
    let still = executor.get_order_status("rests".to_owned()).await.expect("an order").status;
    assert_eq!(still, OrderStatus::Open, "nothing was done");
    let error = executor.stop_session(Caller::Host, None).await.expect_err("nobody knows its worth").to_string();
    assert!(
        error.starts_with("session `s1` was stopped, but what it is worth cannot be told: the market does not"),
        "{error}"
    );
    assert!(matches!(executor.stop_session(Caller::Host, None).await, Err(OrderError::NoSession)), "it was stopped");
}

#[tokio::test]
async fn a_database_that_was_closed_is_one_file() {
    let world = World::new(SLOW).await;
    let executor = resting(&world).await;
    let beside = world.folder.path().join("new/trades.db-wal");
    assert!(std::fs::metadata(&beside).expect("a log").len() > 0);
    executor.close().await;
    assert!(std::fs::metadata(&beside).map_or(0, |log| log.len()) == 0, "it is written back");
    let copy = world.folder.path().join("copy.db");
    std::fs::copy(world.folder.path().join("new/trades.db"), &copy).expect("a copy");
    let market = McpClient::new(MarketData::NAME, world.url.clone());
    let copy = OrderExecutor::open(&format!("sqlite://{}", copy.display()), market).await.expect("a database");
    assert_eq!(copy.get_order_status("held".to_owned()).await.expect("an order").status, OrderStatus::Filled);
}
