"""The commands of the README do what it says."""

import re
import subprocess

from conftest import COMPONENTS, CRYPTOFUNK, ROOT


def test_the_call_and_the_scrape_of_the_readme(serve):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    readme = (ROOT / "README.md").read_text().replace("127.0.0.1:9203", f"127.0.0.1:{port}")
    _, call, scrape, _ = (block for block in re.findall(r"```sh\n(.*?)```", readme, re.S) if block.startswith("curl"))
    shown = re.search(r"```text\n(cryptofunk_mcp.*?)```", readme, re.S).group(1)
    run = lambda command: subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30, check=True).stdout
    assert '"kelly_fraction":0.25' in run(call)
    assert run(scrape) == shown


def test_the_table_of_the_readme_names_every_component():
    readme = (ROOT / "README.md").read_text()
    for name, port in COMPONENTS.items():
        if not name.endswith("-agent"):
            assert f"| `{name}` | [{port}](http://127.0.0.1:{port}) |" in readme
    assert "`technical-agent` … `risk-agent` | 9101 … 9107 |" in readme
