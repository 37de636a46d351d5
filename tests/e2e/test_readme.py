"""The commands of the README do what it says."""

import re
import subprocess

from conftest import CRYPTOFUNK, ROOT


def test_the_call_and_the_scrape_of_the_readme(serve):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    readme = (ROOT / "README.md").read_text().replace("127.0.0.1:9203", f"127.0.0.1:{port}")
    call, scrape = (block for block in re.findall(r"```sh\n(.*?)```", readme, re.S) if block.startswith("curl"))
    shown = re.search(r"```text\n(cryptofunk_mcp.*?)```", readme, re.S).group(1)
    run = lambda command: subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30, check=True).stdout
    assert '"kelly_fraction":0.25' in run(call)
    assert run(scrape) == shown
