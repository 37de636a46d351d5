"""The page of a component in a real Chromium, which has no network but this machine."""

import pytest
from playwright.sync_api import sync_playwright

from conftest import CRYPTOFUNK, call_tool, free_port, get, wait_for

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]
FAMILY = "#cryptofunk_mcp_tool_calls_total"


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page()
        page.strangers, page.mistakes = [], []
        page.on("request", lambda request: "://127.0.0.1:" in request.url or page.strangers.append(request.url))
        page.on("pageerror", lambda error: page.mistakes.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.mistakes.append(message.text))
        yield page
        browser.close()


def kelly(port):
    call_tool(port, "kelly_criterion", win_probability=0.5, win_loss_ratio=2)


def test_values_and_plots_follow_what_happens(serve, page):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    kelly(port)
    page.goto(f"http://127.0.0.1:{port}/")
    assert page.title() == "risk-analyzer" and page.locator("#health").inner_text() == "healthy"
    value = page.locator(f"{FAMILY} .value")
    assert value.inner_text() == "1"
    page.locator(f"{FAMILY} summary").click()
    assert 'tool="kelly_criterion",status="success"} 1' in page.locator(f"{FAMILY} pre").inner_text()
    for _ in range(4):
        kelly(port)
    # The page asks again by itself, and leaves open what was opened.
    wait_for(lambda: value.inner_text() == "5", "the value to be renewed")
    assert page.locator(FAMILY).get_attribute("open") is not None
    assert 'tool="kelly_criterion",status="success"} 5' in page.locator(f"{FAMILY} pre").inner_text()

    def plotted():
        # Read in one go: the page may be renewed in between.
        points = page.evaluate(f"document.querySelector('{FAMILY} polyline')?.getAttribute('points')")
        return points and len({point.split(",")[1] for point in points.split()}) > 1

    wait_for(plotted, "the calls to be seen in the plot")
    assert "a second" in page.evaluate(f"document.querySelector('{FAMILY} svg title').textContent")
    bare = "[...document.querySelectorAll('details')].filter(family => !family.querySelector('polyline')).map(family => family.id)"
    wait_for(lambda: page.evaluate(bare) == [], "every family to have a plot")
    assert page.strangers == [] and page.mistakes == []
    # Nothing runs that was not there from the start, whatever a text may hold.
    smuggle = "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.smuggled = true'}))"
    page.evaluate(smuggle)
    wait_for(lambda: any("Content Security Policy" in mistake for mistake in page.mistakes), "the script to be refused")
    assert page.evaluate("window.smuggled") is None
    policy = get(f"http://127.0.0.1:{port}/")[1]["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_it_fits_a_phone_and_says_when_nobody_answers(start, page):
    port = free_port()
    process = start(CRYPTOFUNK, "order-executor", METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"http://127.0.0.1:{port}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for part in page.locator("summary > *").all()[:60]:
        box = part.bounding_box()
        assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= 360)
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.help')).fontSize)")
    assert size >= 14, "it can be read"
    process.end()
    wait_for(lambda: page.locator("#health").inner_text() == "does not answer", "the page to say so")
