/// The bands, equally long.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bands {
    /// Above the average.
    pub upper: Vec<f64>,
    /// The simple moving average.
    pub middle: Vec<f64>,
    /// Below the average.
    pub lower: Vec<f64>,
}

/// Bollinger bands: the mean of `period` prices, and `deviations` population standard deviations around it.
///
/// The first values belong to the price at `period - 1`. Panics if there are fewer prices than `period`, or `period` is 0.
///
/// Takes the same time whatever the period. A window is the end of one block of `period` prices and the beginning of the next; both are
/// added up once (van Herk, "A fast algorithm for local minimum and maximum filters", *Pattern Recognition Letters* 13, 1992). So no price
/// is ever taken away again, which would leave rounding errors behind.
pub(crate) fn bollinger_bands(prices: &[f64], period: usize, deviations: f64) -> Bands {
    let mut bands = Bands { upper: Vec::new(), middle: Vec::new(), lower: Vec::new() };
    // Of the block in which a window begins: the moments of its prices from each one to its end.
    let mut ends = Vec::new();
    let mut beginning = Moments::default();
    for (first, last) in (period - 1..prices.len()).enumerate() {
        let at = first % period;
        if at == 0 {
            ends = ends_of(&prices[first..first + period]);
            beginning = Moments::default();
        } else {
            beginning = beginning.and(Moments::of(prices[last]));
        }
        let window = ends[at].and(beginning);
        let (mean, distance) = (window.mean, deviations * window.population_deviation());
        bands.upper.push(mean + distance);
        bands.middle.push(mean);
        bands.lower.push(mean - distance);
    }
    bands
}

/// The moments from each price of a block to its end.
fn ends_of(block: &[f64]) -> Vec<Moments> {
    let mut rest = Moments::default();
    let mut ends: Vec<Moments> = block
        .iter()
        .rev()
        .map(|price| {
            rest = Moments::of(*price).and(rest);
            rest
        })
        .collect();
    ends.reverse();
    ends
}

/// How many values there are, their mean, and the sum of their squared distances from it.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn of(value: f64) -> Self {
        Moments { count: 1.0, mean: value, squares: 0.0 }
    }

    /// Those of both together (Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", *The American
    /// Statistician* 37, 1983).
    fn and(self, other: Self) -> Self {
        if self.count == 0.0 || other.count == 0.0 {
            return if self.count == 0.0 { other } else { self };
        }
        let count = self.count + other.count;
        let share = other.count / count;
        let distance = other.mean - self.mean;
        Moments {
            count,
            mean: self.mean + distance * share,
            squares: self.squares + other.squares + distance * distance * self.count * share,
        }
    }

    fn population_deviation(self) -> f64 {
        (self.squares / self.count).sqrt()
    }
}
