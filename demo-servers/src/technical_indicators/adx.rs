/// Directional movement over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Movement {
    /// The average directional index.
    pub adx: Vec<f64>,
    /// The last positive directional indicator.
    pub plus_di: f64,
    /// The last negative directional indicator.
    pub minus_di: f64,
}

/// Average directional index (Wilder, *New Concepts in Technical Trading Systems*, 1978), with TA-Lib's start.
///
/// The first value belongs to the bar at `2 * period - 1`. Panics if there are not that many bars and one more.
pub(crate) fn adx(high: &[f64], low: &[f64], close: &[f64], period: usize) -> Movement {
    let n = period as f64;
    let mut sums = Sums::default();
    let steps = (1..high.len()).map(|bar| Step::new(high, low, close, bar));
    let mut directions = Vec::with_capacity(high.len());
    for (bar, step) in (1..).zip(steps) {
        if bar >= period {
            sums.decay(n);
        }
        sums.add(step);
        if bar >= period {
            directions.push(sums.direction());
        }
    }
    let (start, rest) = directions.split_at(period);
    // A bar without any range says nothing about the direction; TA-Lib leaves it out of the sum and keeps the average.
    let mut average = start.iter().flatten().sum::<f64>() / n;
    let mut adx = Vec::with_capacity(rest.len() + 1);
    adx.push(average);
    for direction in rest {
        if let Some(direction) = direction {
            average = (average * (n - 1.0) + direction) / n;
        }
        adx.push(average);
    }
    let (plus_di, minus_di) = sums.indicators().unwrap_or_default();
    Movement { adx, plus_di, minus_di }
}

/// What one bar adds.
#[derive(Clone, Copy)]
struct Step {
    plus: f64,
    minus: f64,
    range: f64,
}

impl Step {
    fn new(high: &[f64], low: &[f64], close: &[f64], bar: usize) -> Self {
        let (up, down) = (high[bar] - high[bar - 1], low[bar - 1] - low[bar]);
        let before = close[bar - 1];
        Step {
            plus: if up > 0.0 && up > down { up } else { 0.0 },
            minus: if down > 0.0 && down > up { down } else { 0.0 },
            range: (high[bar] - low[bar]).max((high[bar] - before).abs()).max((low[bar] - before).abs()),
        }
    }
}

/// Wilder's sums of directional movement and true range.
#[derive(Default)]
struct Sums {
    plus: f64,
    minus: f64,
    range: f64,
}

impl Sums {
    fn decay(&mut self, n: f64) {
        self.plus -= self.plus / n;
        self.minus -= self.minus / n;
        self.range -= self.range / n;
    }

    fn add(&mut self, step: Step) {
        self.plus += step.plus;
        self.minus += step.minus;
        self.range += step.range;
    }

    fn indicators(&self) -> Option<(f64, f64)> {
        (!is_zero(self.range)).then(|| (100.0 * (self.plus / self.range), 100.0 * (self.minus / self.range)))
    }

    /// The directional index, unless there is no direction.
    fn direction(&self) -> Option<f64> {
        let (plus, minus) = self.indicators()?;
        (!is_zero(plus + minus)).then(|| 100.0 * ((minus - plus).abs() / (minus + plus)))
    }
}

/// TA-Lib's zero, below which rounding is all there is.
fn is_zero(value: f64) -> bool {
    value.abs() < 1e-14
}
