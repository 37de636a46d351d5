"""The pages of a component and of the system in a real Chromium, which has no network but this machine."""

import math
import os
import re
import signal

import pytest
from playwright.sync_api import sync_playwright

from conftest import COMPONENTS, CRYPTOFUNK, MISBEHAVING, call_tool, free_port, get, wait_for

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]
CALLS = "#cryptofunk_mcp_tool_calls_total"
DURATIONS = "#cryptofunk_mcp_tool_call_duration_seconds"
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
# What is written in one line, however narrow the window is.
ONE_LINE = ".figure b, .figure small, td.n, td.s, .card b, .ends span, #page-state"


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page()
        page.strangers, page.mistakes = [], []
        page.on("request", lambda request: "://127.0.0.1:" in request.url or page.strangers.append(request.url))
        page.on("pageerror", lambda error: page.mistakes.append(str(error)))
        page.on("console", lambda message: message.type in ("error", "warning") and page.mistakes.append(message.text))
        yield page
        browser.close()


def kelly(port):
    call_tool(port, "kelly_criterion", win_probability=0.5, win_loss_ratio=2)


def figure(page, family, caption):
    """The figure of a family with this caption."""
    return page.locator(f"{family} .figure", has=page.locator(f"small:text-is('{caption}')")).locator("b")


def fits(page):
    """Nothing scrolls sideways, and nothing wraps that is one line."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    wrapped = """selector => [...document.querySelectorAll(selector)].filter(part => {
        const style = getComputedStyle(part), text = document.createRange();
        text.selectNodeContents(part);
        const lines = new Set([...text.getClientRects()].filter(box => box.width).map(box => Math.round(box.bottom / 4)));
        return part.checkVisibility() && lines.size > 1;
    }).map(part => part.outerHTML.slice(0, 200))"""
    assert page.evaluate(wrapped, ONE_LINE) == []
    outside = """() => [...document.querySelectorAll('summary *, header *, .card, .ends, td.n, td.s')].filter(part => {
        const box = part.getBoundingClientRect();
        return part.checkVisibility() && box.width && !part.closest('.scroll') && (box.left < 0 || box.right > innerWidth + 0.5);
    }).map(part => part.outerHTML.slice(0, 200))"""
    assert page.evaluate(outside) == []
    cut = """() => [...document.querySelectorAll('.card, .figure, td.n, td.s')].filter(part => {
        const box = part.getBoundingClientRect(), next = part.nextElementSibling?.getBoundingClientRect();
        const text = document.createRange();
        text.selectNodeContents(part);
        const end = text.getBoundingClientRect().right;
        return part.checkVisibility() && box.width && (end > box.right + 1 || next && next.top < box.bottom && next.left > box.left && end > next.left);
    }).map(part => part.outerHTML.slice(0, 200))"""
    assert page.evaluate(cut) == [], "text is cut off, or lies over its neighbour"


def ground(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def is_refused(page):
    """Nothing runs that was not there from the start, whatever a text may hold."""
    before = list(page.mistakes)
    smuggle = "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.smuggled = true'}))"
    page.evaluate(smuggle)
    page.evaluate("document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/x.png'}))")
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")

    def refused():
        return len([mistake for mistake in page.mistakes if "Content Security Policy" in mistake]) >= 3

    wait_for(lambda: page.evaluate("1") and refused(), "the script, the picture and the style to be refused")
    assert page.evaluate("window.smuggled") is None
    page.mistakes[:] = before


def test_values_and_plots_follow_what_happens(serve, page):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    kelly(port)
    page.goto(f"http://127.0.0.1:{port}/")
    assert page.title() == "risk-analyzer" and page.locator("#page-state").inner_text() == "healthy"
    total = figure(page, CALLS, "total")
    assert total.inner_text() == "1"
    page.locator(f"{CALLS} summary").click()
    row = page.locator(f"{CALLS} tbody tr", has_text="kelly_criterion").filter(has_text="success")
    assert row.locator("[data-h=total]").inner_text() == "1"
    for _ in range(4):
        kelly(port)
    # The page asks again by itself, and leaves open what was opened.
    wait_for(lambda: total.inner_text() == "5", "the value to be renewed")
    assert page.locator(CALLS).get_attribute("open") is not None
    assert row.locator("[data-h=total]").inner_text() == "5"
    wait_for(lambda: re.fullmatch(r"[\d.]+/s", row.locator("[data-h=rate]").inner_text()), "the rate to be known")

    def plotted():
        # Read in one go: the page may be renewed in between.
        points = page.evaluate(f"document.querySelector('{CALLS} polyline')?.getAttribute('points')")
        return points and len({point.split(",")[1] for point in points.split()}) > 1

    wait_for(plotted, "the calls to be seen in the plot")
    assert "/s" in page.evaluate(f"document.querySelector('{CALLS} svg title').textContent")
    bare = "[...document.querySelectorAll('details')].filter(family => !family.querySelector('polyline')).map(family => family.id)"
    wait_for(lambda: page.evaluate(bare) == [], "every family to have a plot")
    assert page.strangers == [] and page.mistakes == []
    is_refused(page)
    policy = get(f"http://127.0.0.1:{port}/")[1]["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_values_have_units_and_quantiles_are_prometheus(serve, page, prometheus):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    for _ in range(20):
        kelly(port)
    page.goto(f"http://127.0.0.1:{port}/")
    assert re.fullmatch(r"\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d", figure(page, "#process_start_time_seconds", "UTC").inner_text())
    assert re.fullmatch(r"[\d.]+ MB", page.locator("#process_resident_memory_bytes .figure b").inner_text())
    assert page.locator("#cryptofunk_build_info .figure small").inner_text() == "version"
    running = prometheus({"server": [f"127.0.0.1:{port}"]})
    family = DURATIONS[1:]
    for caption, quantile in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        query = f"histogram_quantile({quantile}, sum by (le) ({family}_bucket))"
        (_, seconds), = wait_for(lambda: running.query(query), "a scrape")
        shown = re.fullmatch(r"([\d.]+) (ns|µs|ms|s)", figure(page, DURATIONS, caption).inner_text())
        value = float(shown[1]) * {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1}[shown[2]]
        assert math.isclose(value, seconds, rel_tol=0.006), (caption, value, seconds)
    assert page.locator(f"{DURATIONS} .courses svg.heat rect").count() >= 1


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_says_when_nobody_answers(start, page, width):
    port = free_port()
    process = start(CRYPTOFUNK, "order-executor", METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width])))
    page.goto(f"http://127.0.0.1:{port}/")
    fits(page)
    page.evaluate("document.querySelectorAll('details').forEach(family => family.open = true)")
    fits(page)
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.about small')).fontSize)")
    assert size >= 12, "it can be read"
    page.emulate_media(color_scheme="light")
    light = ground(page)
    page.emulate_media(color_scheme="dark")
    assert ground(page) != light
    assert page.strangers == [] and page.mistakes == []
    process.end()
    wait_for(lambda: page.locator("#page-state").inner_text() == "does not answer", "the page to say so")


def test_search_finds_families_and_labels(serve, page):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    kelly(port)
    page.goto(f"http://127.0.0.1:{port}/")
    families = page.locator("details").count()
    page.keyboard.press("/")
    page.keyboard.type("tool calls")
    visible = "[...document.querySelectorAll('details')].filter(family => family.checkVisibility()).map(family => family.id)"
    assert CALLS[1:] in page.evaluate(visible) and len(page.evaluate(visible)) < families / 4
    assert page.locator("#page-found").inner_text() == f"{len(page.evaluate(visible))} of {families} families"
    page.locator("#page-search").fill("kelly_criterion cancelled")
    assert CALLS[1:] in page.evaluate(visible)
    page.locator(f"{CALLS} summary").click()
    assert page.locator(f"{CALLS} tbody tr:visible").count() == 1, "only the row that has both words"
    kelly(port)
    # What is renewed is searched too.
    page.locator("#page-search").fill("kelly_criterion success")
    row = page.locator(f"{CALLS} tbody tr:visible")
    wait_for(lambda: row.locator("[data-h=total]").inner_text() == "2", "the row to be renewed")
    assert row.count() == 1
    page.locator("#page-search").fill("nothing is called so")
    assert page.evaluate(visible) == [] and page.locator("section.families:visible").count() == 0
    page.locator("#page-search").fill("")
    assert len(page.evaluate(visible)) == families
    assert page.mistakes == []


def test_a_hostile_label_value_is_text_and_many_series_are_cut(serve, page):
    port = serve(MISBEHAVING)
    hostile = "</td><script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\">'\\\n"
    call_tool(port, "trade", symbol=hostile)
    call_tool(port, "trade", symbol=hostile)
    for number in range(60):
        call_tool(port, "trade", symbol=f"symbol-{number}")
    page.goto(f"http://127.0.0.1:{port}/")
    trades = "#cryptofunk_trades_total"
    page.locator(f"{trades} summary").click()
    cells = page.locator(f"{trades} td[data-h=symbol]")
    assert hostile in [cell.replace("\u00a0", " ") for cell in cells.evaluate_all("cells => cells.map(cell => cell.textContent)")]
    assert page.evaluate("window.hacked") is None and page.locator("img").count() == 0
    assert page.locator(f"{trades} tbody tr").count() == 50
    more = page.locator(f"{trades} p.more")
    total = int(re.search(r"the 50 label sets with the greatest values of ([\d,]+)", more.inner_text())[1].replace(",", ""))
    assert total > 60
    more.locator("a").click()
    page.wait_for_url("**/?family=cryptofunk_trades_total")
    assert page.locator("details").count() == 1 and page.locator(f"{trades} tbody tr").count() == total
    assert page.strangers == [] and page.mistakes == []
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page)
    assert get(f"http://127.0.0.1:{port}/?family=nothing")[0] == 404


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_the_system(system, page, width):
    running = system("--seed", 1, "--patience", "10min")
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width])))
    wait_for(lambda: running.api("trades")["total"] > 0, "a trade", seconds=90)
    page.goto(f"http://127.0.0.1:{running.ports['api']}/")
    assert page.title() == "CryptoFunk"
    wait_for(lambda: page.locator("#page-state").inner_text() == "13 of 13 healthy", "all to be healthy")
    rows = page.locator("#components tbody tr")
    assert rows.count() == len(COMPONENTS)
    for name, port in running.ports.items():
        assert page.locator("#components a", has_text=re.compile(f"^{name}$")).get_attribute("href") == f"//127.0.0.1:{port}/"
    rate = rows.filter(has_text="market-data").locator("[data-h=rate]")
    wait_for(lambda: re.fullmatch(r"[\d.]+/s", rate.inner_text()), "the rate to be known")
    assert page.locator("#portfolio polyline").count() == 1 and page.locator("#decisions tbody tr").count() > 0
    trade = running.api("trades?limit=1")["items"][0]
    wait_for(lambda: trade["symbol"] in page.locator("#trades tbody tr").first.inner_text(), "the trade")
    fits(page)
    page.emulate_media(color_scheme="light")
    light = ground(page)
    page.emulate_media(color_scheme="dark")
    assert ground(page) != light
    assert page.strangers == [] and page.mistakes == []
    is_refused(page)
    # A component that does not answer is down, and the page stays up.
    victim = running.pid("order-executor")
    os.kill(victim, signal.SIGSTOP)
    try:
        wait_for(lambda: rows.filter(has_text="order-executor").locator("[data-h=health]").inner_text().endswith("down"), "it to be down", seconds=60)
        assert page.locator("#portfolio .bad").count() >= 1 and page.locator("#decisions tbody tr").count() > 0
    finally:
        os.kill(victim, signal.SIGCONT)
    page.locator("#components a", has_text="trend-agent").click()
    page.wait_for_url(f"http://127.0.0.1:{running.ports['trend-agent']}/")
    assert page.title() == "trend-agent"
    page.goto(f"http://127.0.0.1:{running.ports['api']}/component")
    assert page.title() == "api" and page.locator("#cryptofunk_http_requests_total").count() == 1
