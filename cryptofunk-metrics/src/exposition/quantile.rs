//! Quantiles of classic histograms, as PromQL has them.

/// The quantile `q` of a histogram, as PromQL's `histogram_quantile` answers it: the bucket in which it lies, and linear interpolation inside.
///
/// `buckets` are cumulative: an upper bound, and the count of observations up to it. They are in the order of the bounds, and the last
/// bound is infinity. The result is NaN without observations, without that last bucket, or without another one. If the quantile is above
/// the highest finite bound, the result is that bound.
///
/// ```
/// use cryptofunk_metrics::exposition::histogram_quantile;
///
/// let buckets = [(0.25, 50.0), (0.75, 90.0), (f64::INFINITY, 100.0)];
/// assert_eq!(histogram_quantile(0.25, &buckets), 0.125);
/// assert_eq!(histogram_quantile(0.7, &buckets), 0.5);
/// assert_eq!(histogram_quantile(0.99, &buckets), 0.75);
/// ```
pub fn histogram_quantile(q: f64, buckets: &[(f64, f64)]) -> f64 {
    let [finite @ .., (last, all)] = buckets else { return f64::NAN };
    let Some((highest, _)) = finite.last() else { return f64::NAN };
    if *last != f64::INFINITY || all.is_nan() || *all <= 0.0 || q.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=1.0).contains(&q) {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let rank = q * all;
    let at = finite.partition_point(|(_, count)| *count < rank);
    let Some((end, count)) = finite.get(at) else { return *highest };
    let (start, before) = match at.checked_sub(1).map(|before| finite[before]) {
        Some(before) => before,
        // Below the first bound lies 0, unless the bound does.
        None if *end <= 0.0 => return *end,
        None => (0.0, 0.0),
    };
    start + (end - start) * ((rank - before) / (count - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn it_is_interpolated_in_its_bucket() {
        let buckets = [(0.005, 0.0), (0.01, 10.0), (0.1, 10.0), (1.0, 30.0), (INF, 40.0)];
        for (q, expected) in [(0.125, 0.0075), (0.25, 0.01), (0.5, 0.55), (0.75, 1.0), (0.9, 1.0)] {
            let answered = histogram_quantile(q, &buckets);
            assert!((answered - expected).abs() < 1e-12, "{q}: {answered}");
        }
    }

    #[test]
    fn a_first_bound_that_is_not_above_zero_is_the_answer() {
        let buckets = [(-1.0, 5.0), (2.0, 10.0), (INF, 10.0)];
        assert_eq!(histogram_quantile(0.3, &buckets), -1.0);
        assert_eq!(histogram_quantile(0.75, &buckets), 0.5);
    }

    #[test]
    fn what_has_no_quantile_has_none() {
        assert!(histogram_quantile(0.0, &[(1.0, 0.0), (INF, 3.0)]).is_nan(), "as in PromQL: 0 of 0");
        for buckets in [&[][..], &[(INF, 3.0)], &[(1.0, 0.0), (INF, 0.0)], &[(1.0, 3.0), (2.0, 3.0)]] {
            assert!(histogram_quantile(0.5, buckets).is_nan(), "{buckets:?}");
        }
        let buckets = [(1.0, 3.0), (INF, 3.0)];
        assert_eq!((histogram_quantile(-0.1, &buckets), histogram_quantile(1.1, &buckets)), (f64::NEG_INFINITY, INF));
        assert!(histogram_quantile(f64::NAN, &buckets).is_nan());
    }
}
