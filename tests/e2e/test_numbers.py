"""What the tools calculate, against TA-Lib, NumPy and SciPy; and what bad numbers get."""

import anyio
import numpy as np
import pytest
import talib
from scipy import stats

from conftest import CRYPTOFUNK, Http, Stdio

RNG = np.random.default_rng(42)


def walk(n, volatility):
    return 100 * np.exp(np.cumsum(RNG.normal(0, volatility, n)))


SERIES = {
    "calm": walk(500, 0.001),
    "wild": walk(500, 0.05),
    "rising": np.linspace(10, 1000, 300),
    "falling": np.linspace(1000, 10, 300),
    "flat": np.full(200, 42.0),
    "jumps": np.where(np.arange(300) % 50 < 25, 100.0, 130.0),
    "tiny": walk(300, 0.02) * 1e-6,
    "huge": walk(300, 0.02) * 1e6,
}


async def tool(session, name, **arguments):
    arguments = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in arguments.items()}
    result = await session.call_tool(name, arguments)
    assert not result.is_error, result.content[0].text
    return result.structured_content


def same(ours, theirs, scale=1.0):
    """The same values at the same positions, to 1e-8; for prices above 1,000 to 1e-8 of a thousandth of the price."""
    known = ~np.isnan(theirs)
    assert ours["first_index"] == np.argmax(known), "the first value belongs to another price"
    np.testing.assert_allclose(ours["values"], theirs[known], rtol=0, atol=1e-8 * scale)
    assert ours["latest"] == ours["values"][-1]


def test_indicators_agree_with_talib():
    async def run():
        async with Stdio(CRYPTOFUNK, "technical-indicators", "--stdio") as session:
            for prices in SERIES.values():
                scale = max(1.0, prices.max() / 1000)
                for period in (2, 5, 14, 30):
                    same(await tool(session, "calculate_rsi", prices=prices, period=period), talib.RSI(prices, period))
                    same(await tool(session, "calculate_ema", prices=prices, period=period), talib.EMA(prices, period), scale)
                    for deviations in (1.0, 2.5):
                        bands = await tool(session, "calculate_bollinger_bands", prices=prices, period=period, deviations=deviations)
                        theirs = talib.BBANDS(prices, period, deviations, deviations)
                        for line, expected in zip(("upper", "middle", "lower"), theirs):
                            same(bands[line], expected, scale)
                for fast, slow, signal in ((12, 26, 9), (5, 35, 5), (2, 3, 1)):
                    lines = await tool(
                        session, "calculate_macd", prices=prices, fast_period=fast, slow_period=slow, signal_period=signal
                    )
                    for line, expected in zip(("macd", "signal", "histogram"), talib.MACD(prices, fast, slow, signal)):
                        same(lines[line], expected, scale)

    anyio.run(run)


def test_adx_agrees_with_talib():
    async def run():
        async with Stdio(CRYPTOFUNK, "technical-indicators", "--stdio") as session:
            for close in SERIES.values():
                high = close * (1 + np.abs(RNG.normal(0, 0.01, len(close))))
                low = close * (1 - np.abs(RNG.normal(0, 0.01, len(close))))
                for period in (2, 7, 14, 30):
                    result = await tool(session, "calculate_adx", high=high, low=low, close=close, period=period)
                    same(result["adx"], talib.ADX(high, low, close, period))
                    np.testing.assert_allclose(result["plus_di"], talib.PLUS_DI(high, low, close, period)[-1], rtol=1e-8)
                    np.testing.assert_allclose(result["minus_di"], talib.MINUS_DI(high, low, close, period)[-1], rtol=1e-8)

    anyio.run(run)


def test_value_at_risk_agrees_with_numpy_and_scipy():
    """NumPy's default quantile is definition 7 of Hyndman and Fan (1996), SciPy's ppf the normal quantile."""

    async def run():
        async with Stdio(CRYPTOFUNK, "risk-analyzer", "--stdio") as session:
            for n in (2, 3, 10, 250, 1000):
                returns = RNG.standard_t(4, n) * 0.02
                for confidence in (0.5, 0.9, 0.95, 0.99, 0.999):
                    var = await tool(session, "calculate_var", returns=returns, confidence=confidence)
                    expected = -np.quantile(returns, 1 - confidence)
                    np.testing.assert_allclose(var["var_ratio"], expected, rtol=1e-9, atol=1e-12)
                    tail = returns[returns <= -expected + 1e-12]
                    np.testing.assert_allclose(var["expected_shortfall_ratio"], -tail.mean() if len(tail) else -returns.min(), rtol=1e-9)
                    var = await tool(
                        session, "calculate_var", returns=returns, confidence=confidence, method="parametric", portfolio_value_usd=1e4
                    )
                    mean, deviation = returns.mean(), returns.std(ddof=1)
                    expected = stats.norm.ppf(confidence) * deviation - mean
                    np.testing.assert_allclose(var["var_ratio"], expected, rtol=1e-8, atol=1e-10)
                    np.testing.assert_allclose(var["var_usd"], expected * 1e4, rtol=1e-8, atol=1e-6)
                    shortfall = deviation * stats.norm.pdf(stats.norm.ppf(confidence)) / (1 - confidence) - mean
                    np.testing.assert_allclose(var["expected_shortfall_ratio"], shortfall, rtol=1e-7, atol=1e-10)
                sharpe = await tool(session, "calculate_sharpe", returns=returns, risk_free_rate=0.03, periods_per_year=252)
                expected = (returns.mean() - 0.03 / 252) / returns.std(ddof=1) * np.sqrt(252)
                np.testing.assert_allclose(sharpe["sharpe_ratio"], expected, rtol=1e-9)

    anyio.run(run)


def test_drawdown_agrees_with_numpy():
    async def run():
        async with Stdio(CRYPTOFUNK, "risk-analyzer", "--stdio") as session:
            for values in SERIES.values():
                peaks = np.maximum.accumulate(values)
                drawdowns = 1 - values / peaks
                result = await tool(session, "calculate_drawdown", values=values)
                np.testing.assert_allclose(result["max_drawdown"], drawdowns.max(), atol=1e-12)
                np.testing.assert_allclose(result["current_drawdown"], drawdowns[-1], atol=1e-12)

    anyio.run(run)


PRICES = [100.0, 101.0, 99.0] * 20
BAD = [
    ("technical-indicators", "calculate_rsi", {"prices": []}, "`prices` is empty"),
    ("technical-indicators", "calculate_rsi", {"prices": [float("nan")] * 30}, "invalid type: null, expected f64"),
    ("technical-indicators", "calculate_rsi", {"prices": ["NaN"] * 30}, "invalid type: string"),
    ("technical-indicators", "calculate_rsi", {"prices": PRICES, "period": 0}, "should be a period from 2 to 10000"),
    ("technical-indicators", "calculate_rsi", {"prices": PRICES, "period": -1}, "invalid value: integer `-1`, expected u32"),
    ("technical-indicators", "calculate_ema", {"prices": PRICES, "period": 61}, "needs at least 61"),
    ("technical-indicators", "calculate_bollinger_bands", {"prices": PRICES, "deviations": 0}, "should be above 0"),
    ("technical-indicators", "calculate_macd", {"prices": PRICES, "fast_period": 30}, "should be below `slow_period`"),
    ("technical-indicators", "calculate_adx", {"high": PRICES, "low": PRICES[1:], "close": PRICES}, "equally long"),
    ("technical-indicators", "calculate_adx", {"high": PRICES, "low": PRICES, "close": [102.0] * 60}, "should be at most `high` of the same bar"),
    ("technical-indicators", "calculate_bollinger_bands", {"prices": [1e308] + PRICES, "period": 5}, "too large to calculate with"),
    ("technical-indicators", "calculate_ema", {"prices": [1.0] * 200_000}, "200000 numbers; at most 100000 are accepted"),
    ("risk-analyzer", "calculate_var", {"returns": []}, "`returns` is empty"),
    ("risk-analyzer", "calculate_var", {"returns": [0.1, 0.2], "confidence": 0}, "should be above 0 and below 1"),
    ("risk-analyzer", "calculate_var", {"returns": [0.1, 0.2], "confidence": 1}, "should be above 0 and below 1"),
    ("risk-analyzer", "calculate_var", {"returns": [0.1, 0.2], "confidence": 95}, "should be above 0 and below 1"),
    ("risk-analyzer", "calculate_var", {"returns": [0.001] * 200_000}, "at most 100000 are accepted"),
    ("risk-analyzer", "calculate_var", {"returns": [-10.0, -10.0], "portfolio_value_usd": 1e308}, "too large to calculate with"),
    ("risk-analyzer", "calculate_sharpe", {"returns": [0.01, 0.01]}, "do not vary"),
    ("risk-analyzer", "kelly_criterion", {"win_probability": 2, "win_loss_ratio": 1}, "should be from 0 to 1"),
    ("risk-analyzer", "calculate_drawdown", {"values": [1.0, 0.0]}, "should be a price above 0"),
    ("risk-analyzer", "check_limits", {"portfolio": {"value_usd": 0, "largest_position_usd": 0, "exposure_usd": 0}}, "should be above 0"),
    ("risk-analyzer", "check_limits", {"portfolio": {"value_usd": 1e-300, "largest_position_usd": 1e300, "exposure_usd": 0}}, "too small"),
]


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_bad_numbers_get_a_clear_tool_error(transport, serve):
    async def run():
        for server in ("technical-indicators", "risk-analyzer"):
            connection = Stdio(CRYPTOFUNK, server, "--stdio") if transport == "stdio" else Http(serve(CRYPTOFUNK, server))
            async with connection as session:
                for _, name, arguments, expected in (case for case in BAD if case[0] == server):
                    result = await session.call_tool(name, arguments)
                    assert result.is_error, (name, expected)
                    assert expected in result.content[0].text, (name, result.content[0].text)

    anyio.run(run)
