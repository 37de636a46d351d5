//! Rounds that are played again, and orders that come late.

use super::*;

async fn at(executor: &OrderExecutor, id: &str, side: Side, quantity: f64, at: Option<u64>) -> Result<Order> {
    executor.place_market_order(Caller::Host, id.to_owned(), "BTC-USD".to_owned(), side, quantity, at).await
}

async fn asked(executor: &OrderExecutor, at: u64, record: bool, moment: Moment) -> SessionStats {
    executor.get_session_stats(Caller::Host, None, Some(at), record, moment, 0).await.expect("stats")
}

#[tokio::test]
async fn an_order_for_a_tick_that_has_passed_is_only_for_a_replay() {
    let world = World::new(Duration::from_millis(1)).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    while stats(&executor).await.tick < HISTORY + 2 {}
    let late = at(&executor, "late", Side::Buy, 0.1, Some(HISTORY)).await.expect_err("it has passed");
    assert_eq!(late.code(), "other_tick");
    assert!(late.to_string().starts_with("the order is for tick 1500, but the market is at "), "{late}");
    assert!(matches!(executor.get_order_status("late".to_owned()).await, Err(OrderError::UnknownOrder(_))));
    drop(executor);
    let replay = world.executor_that(true).await;
    let trade =
        at(&replay, "late", Side::Buy, 0.1, Some(HISTORY)).await.expect("an order").trade.expect("it was filled");
    assert_eq!(trade.tick, HISTORY);
    // What is known is answered, whatever the time.
    drop(replay);
    let known = at(&world.executor().await, "late", Side::Buy, 0.1, Some(HISTORY)).await.expect("the same order");
    assert_eq!(known.trade, Some(trade));
}

#[tokio::test]
async fn a_round_that_is_played_again_sees_what_it_saw() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    assert_eq!(start(&executor, "s1").await.expect("a session").recorded_tick, None);
    at(&executor, "before", Side::Buy, 0.2, None).await.expect("an order");
    let opening = asked(&executor, HISTORY, true, Moment::Opening).await;
    assert_eq!((opening.recorded_tick, opening.positions[0].quantity), (Some(HISTORY), 0.2));
    let mut seen = Vec::new();
    for (id, side, quantity) in [("a", Side::Buy, 0.3), ("b", Side::Sell, 0.1), ("c", Side::Sell, 0.4)] {
        let number = at(&executor, id, side, quantity, None).await.expect("an order").trade.expect("a trade").number;
        seen.push((number, asked(&executor, HISTORY, false, Moment::AfterTrade(number)).await));
    }
    assert!(asked(&executor, HISTORY, false, Moment::Now).await.positions.is_empty(), "all is sold");
    drop(executor);

    // Everything but what was counted since: orders and trades.
    let account = |stats: SessionStats| SessionStats {
        trades: 0,
        fees_usd: 0.0,
        realized_pnl_usd: 0.0,
        win_rate: None,
        recorded_tick: None,
        ..stats
    };
    let executor = world.executor().await;
    for record in [false, true] {
        assert_eq!(account(asked(&executor, HISTORY, record, Moment::Opening).await), account(opening.clone()));
    }
    for (number, stats) in seen {
        assert_eq!(account(asked(&executor, HISTORY, false, Moment::AfterTrade(number)).await), account(stats));
    }
    assert_eq!(start(&executor, "s1").await.expect("the same session").recorded_tick, Some(HISTORY));
    world.tamper("UPDATE trades SET quantity = 100 * quantity WHERE order_id = 'b'").await;
    let error = executor.get_session_stats(Caller::Host, None, Some(HISTORY), false, Moment::AfterTrade(3), 0).await;
    let error = error.expect_err("it was never held").to_string();
    assert_eq!(error, "the database cannot be read, nothing was done: trade 3 cannot have been, only 0.5 are held");
}
