//! The simulated exchange: every price, book and candle follows from the seed.
//!
//! One tick is one minute of the market. The logarithm of a price walks at random, with a drift that itself changes slowly
//! and follows the imbalance of the order book a little, so that there is something to find for those who look. The second
//! venue quotes the first one's price times a gap that wanders around zero.

use std::collections::VecDeque;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A pair that is traded, with its price at the first tick and the deviation of its returns in a minute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listing {
    /// The name: `BTC-USD`.
    pub symbol: &'static str,
    price: f64,
    deviation: f64,
    /// The mean quantity of an order, in units of the pair's first half.
    quantity: f64,
}

/// All pairs.
pub(crate) const LISTINGS: [Listing; 3] = [
    Listing { symbol: "BTC-USD", price: 65_000.0, deviation: 0.0008, quantity: 0.4 },
    Listing { symbol: "ETH-USD", price: 3_400.0, deviation: 0.0010, quantity: 6.0 },
    Listing { symbol: "SOL-USD", price: 150.0, deviation: 0.0014, quantity: 120.0 },
];

/// The ticks before the market opens, so that indicators and the statistics of a day have something to look back at.
pub(crate) const HISTORY: u64 = 1_500;
/// A day.
pub(super) const DAY: usize = 1_440;
/// Levels of an order book, on each side.
pub(super) const LEVELS: usize = 20;
/// Ticks that are kept.
const KEPT: usize = 50_000;
/// The distance of the best prices from the middle.
const HALF_SPREAD: f64 = 0.0001;

/// One of the two exchanges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Venue {
    /// Where orders are executed.
    #[default]
    Alpha,
    /// The other one.
    Beta,
}

/// The trades of one tick.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candle {
    /// Which tick.
    pub tick: u64,
    /// The first price.
    pub open: f64,
    /// The highest price.
    pub high: f64,
    /// The lowest price.
    pub low: f64,
    /// The last price.
    pub close: f64,
    /// The quantity that was traded.
    pub volume: f64,
}

/// An offer to buy or sell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// The price in USD.
    pub price: f64,
    /// How much.
    pub quantity: f64,
}

/// All offers of a venue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Book {
    /// Offers to buy, the highest first.
    pub bids: Vec<Level>,
    /// Offers to sell, the lowest first.
    pub asks: Vec<Level>,
}

/// The state of a pair at one tick.
#[derive(Debug, Clone, Copy)]
struct Moment {
    candle: Candle,
    gap: f64,
    imbalance: f64,
}

/// A pair's course of prices, calculated as far as anybody has asked.
#[derive(Debug)]
struct Course {
    listing: Listing,
    seed: u64,
    random: ChaCha8Rng,
    drift: f64,
    last: Moment,
    moments: VecDeque<Moment>,
}

impl Course {
    fn new(listing: Listing, seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        let price = listing.price;
        let candle = Candle { tick: 0, open: price, high: price, low: price, close: price, volume: 0.0 };
        let last = Moment { candle, gap: 0.0, imbalance: 0.0 };
        Course { listing, seed, random, drift: 0.0, last, moments: VecDeque::from([last]) }
    }

    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.random)
    }

    /// One tick more.
    fn advance(&mut self) {
        let deviation = self.listing.deviation;
        let before = self.last;
        let imbalance = (0.9 * before.imbalance + 0.2 * self.normal()).clamp(-0.9, 0.9);
        self.drift = 0.97 * self.drift + 0.05 * deviation * self.normal();
        let step = self.drift + 0.25 * deviation * before.imbalance + deviation * self.normal();
        let open = before.candle.close;
        let close = open * step.exp();
        // How far a path within the minute strays beyond its ends.
        let above: f64 = Exp1.sample(&mut self.random);
        let below: f64 = Exp1.sample(&mut self.random);
        let volume: f64 = Exp1.sample(&mut self.random);
        self.last = Moment {
            candle: Candle {
                tick: before.candle.tick + 1,
                open,
                high: open.max(close) * (1.0 + 0.3 * deviation * above),
                low: open.min(close) * (1.0 - (0.3 * deviation * below).min(0.5)),
                close,
                volume: self.listing.quantity * 20.0 * volume,
            },
            gap: 0.95 * before.gap + 0.0006 * self.normal(),
            imbalance,
        };
        self.moments.push_back(self.last);
        if self.moments.len() > KEPT {
            self.moments.pop_front();
        }
    }

    /// The moment of a tick, if it is not forgotten yet.
    fn at(&mut self, tick: u64) -> Option<Moment> {
        while self.last.candle.tick < tick {
            self.advance();
        }
        let first = self.moments.front()?.candle.tick;
        self.moments.get(usize::try_from(tick.checked_sub(first)?).ok()?).copied()
    }
}

/// All pairs of one market.
#[derive(Debug)]
pub(crate) struct Exchange {
    courses: Vec<Course>,
}

impl Exchange {
    /// The market of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        let courses = LISTINGS.iter().zip(0..).map(|(listing, stream)| Course::new(*listing, seed, stream)).collect();
        Exchange { courses }
    }

    fn course(&mut self, symbol: &str) -> Option<&mut Course> {
        self.courses.iter_mut().find(|course| course.listing.symbol == symbol)
    }

    /// The middle between the best offers; nothing for an unknown symbol or a tick that is forgotten.
    pub(crate) fn price(&mut self, symbol: &str, venue: Venue, tick: u64) -> Option<f64> {
        let moment = self.course(symbol)?.at(tick)?;
        Some(match venue {
            Venue::Alpha => moment.candle.close,
            Venue::Beta => moment.candle.close * (1.0 + moment.gap),
        })
    }

    /// The offers at a tick.
    pub(crate) fn book(&mut self, symbol: &str, venue: Venue, tick: u64) -> Option<Book> {
        let price = self.price(symbol, venue, tick)?;
        let course = self.course(symbol)?;
        let moment = course.at(tick)?;
        // Of its own, so that asking for a book changes nothing.
        let mut random = ChaCha8Rng::seed_from_u64(course.seed ^ tick.rotate_left(20));
        random.set_stream(if venue == Venue::Alpha { 100 } else { 101 });
        let quantity = course.listing.quantity;
        let mut side = |sign: f64| {
            let share = 1.0 - sign * moment.imbalance;
            (0..LEVELS)
                .map(|level| {
                    let size: f64 = Exp1.sample(&mut random);
                    Level {
                        price: price * (1.0 + sign * (HALF_SPREAD + 0.00005 * level as f64)),
                        quantity: quantity * share * (0.2 + size),
                    }
                })
                .collect::<Vec<_>>()
        };
        Some(Book { bids: side(-1.0), asks: side(1.0) })
    }

    /// The candles up to a tick, oldest first, at most `limit` of them.
    pub(crate) fn candles(&mut self, symbol: &str, tick: u64, limit: usize) -> Option<Vec<Candle>> {
        let course = self.course(symbol)?;
        course.at(tick)?;
        let first = course.moments.front()?.candle.tick;
        let end = usize::try_from(tick - first).ok()? + 1;
        let start = end.saturating_sub(limit);
        Some(course.moments.range(start..end).map(|moment| moment.candle).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_market_whatever_is_asked() {
        let (mut one, mut other) = (Exchange::new(7), Exchange::new(7));
        for tick in 0..500 {
            one.book("ETH-USD", Venue::Beta, tick);
        }
        for listing in LISTINGS {
            assert_eq!(one.candles(listing.symbol, 2_000, 2_000), other.candles(listing.symbol, 2_000, 2_000));
            assert_eq!(one.book(listing.symbol, Venue::Alpha, 777), other.book(listing.symbol, Venue::Alpha, 777));
        }
        assert_ne!(
            Exchange::new(8).price("BTC-USD", Venue::Alpha, 100),
            Exchange::new(7).price("BTC-USD", Venue::Alpha, 100)
        );
    }

    #[test]
    fn candles_hold_their_prices_and_follow_each_other() {
        let candles = Exchange::new(3).candles("SOL-USD", 3_000, 3_000).expect("a listed pair");
        assert_eq!(candles.len(), 3_000);
        for pair in candles.windows(2) {
            assert_eq!(pair[0].close, pair[1].open);
            assert_eq!(pair[0].tick + 1, pair[1].tick);
        }
        for candle in candles {
            assert!(candle.low <= candle.open.min(candle.close) && candle.high >= candle.open.max(candle.close));
            assert!(candle.low > 0.0 && candle.volume >= 0.0);
        }
    }

    #[test]
    fn a_book_is_sorted_and_never_crossed() {
        let mut exchange = Exchange::new(5);
        for tick in [0, 1, 1_000] {
            let book = exchange.book("BTC-USD", Venue::Alpha, tick).expect("a listed pair");
            assert!(
                book.bids.is_sorted_by(|a, b| a.price > b.price) && book.asks.is_sorted_by(|a, b| a.price < b.price)
            );
            assert!(book.bids[0].price < book.asks[0].price);
            assert!(book.bids.iter().chain(&book.asks).all(|level| level.quantity > 0.0));
        }
    }

    #[test]
    fn the_gap_between_the_venues_drifts_and_comes_back() {
        let mut exchange = Exchange::new(11);
        let gaps: Vec<f64> = (1..5_000)
            .filter_map(|tick| {
                Some(
                    exchange.price("BTC-USD", Venue::Beta, tick)? / exchange.price("BTC-USD", Venue::Alpha, tick)?
                        - 1.0,
                )
            })
            .collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        assert!(mean.abs() < 0.0005, "{mean}");
        assert!(gaps.iter().any(|gap| *gap > 0.003) && gaps.iter().any(|gap| *gap < -0.003));
    }

    #[test]
    fn what_is_forgotten_and_what_is_unknown_has_no_price() {
        let mut exchange = Exchange::new(1);
        assert!(exchange.price("DOGE-USD", Venue::Alpha, 1).is_none());
        exchange.price("BTC-USD", Venue::Alpha, KEPT as u64 + 10);
        assert!(exchange.price("BTC-USD", Venue::Alpha, 5).is_none());
    }
}
