"""Takes pictures of the page of a component and of the page of the system, light and dark, in Chromium."""

import io
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.request

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
OFFSET = 20_000
SIZE = {"width": 1180, "height": 900}
PHONE = {"width": 390, "height": 844}
# Long enough for plots of some length.
SECONDS = 100
SERVER = f"http://127.0.0.1:{9204 + OFFSET}/"
SYSTEM = f"http://127.0.0.1:{8080 + OFFSET}/"


def trades():
    with urllib.request.urlopen(f"{SYSTEM}api/v1/trades?limit=1", timeout=10) as answer:
        return json.load(answer)["total"]


def save(page, name):
    """A picture in few colours: that of a page has no more."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture = picture.convert("RGB").quantize(160, dither=Image.Dither.NONE)
    file = PICTURES / f"{name}.png"
    picture.save(file, optimize=True)
    print(f"drew {file.relative_to(ROOT)}, {file.stat().st_size // 1000} kB")


def take(browser):
    page = browser.new_page(viewport=SIZE, color_scheme="light")
    page.goto(SERVER)
    page.locator("#cryptofunk_mcp_tool_call_duration_seconds summary").click()
    page.evaluate("scrollTo(0, document.querySelector('#group-mcp').offsetTop - 60)")
    save(page, "page-component")
    page.close()
    for name, size, scheme in (("page-system", SIZE, "light"), ("page-system-phone", PHONE, "dark")):
        page = browser.new_page(viewport=size, color_scheme=scheme)
        page.goto(SYSTEM)
        # Rates are known at the second look. The page's policy forbids what Playwright's own waiting does.
        while "/s" not in page.locator("#components [data-h=rate]").first.inner_text():
            page.wait_for_timeout(200)
        save(page, name)
        page.close()


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [ROOT / "target/debug/cryptofunk", "up", "--seed", "1", "--port-offset", str(OFFSET)]
        run = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "MARKET_TICK": "500ms"})
        try:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end or not trades():
                if run.poll() is not None:
                    raise SystemExit("`cryptofunk up` has ended")
                time.sleep(1)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
                take(browser)
                browser.close()
        finally:
            run.send_signal(signal.SIGINT)
            run.wait()


if __name__ == "__main__":
    main()
