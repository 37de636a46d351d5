"""The commands of the README and of the demo's page do what they say."""

import re
import subprocess

import pytest

from conftest import COMPONENTS, CRYPTOFUNK, ROOT
from pages import Reader

README = (ROOT / "README.md").read_text()
DEMO = (ROOT / "docs/DEMO.md").read_text()


@pytest.mark.long
def test_the_readme_leads_from_an_empty_folder_to_a_counted_call(tmp_path, start):
    reader = Reader(README.split("## Compared")[0], tmp_path, start, 9299)
    (server,) = [text for _, language, text in reader.blocks if language == "rust"]
    assert not re.search(r"^# ", server, re.M), "no hidden line"
    # Pasted over what `cargo new` has made.
    reader.blocks = [("file: src/main.rs", *block[1:]) if block[1] == "rust" else block for block in reader.blocks]
    reader.blocks = [("server", *block[1:]) if block[2] == "cargo run\n" else block for block in reader.blocks]
    reader.follow()
    assert "success" in reader.said and "Hello, Ada!" in reader.terminal.run(reader.here(reader.blocks[-3][2]))
    reader.close()


def test_the_call_and_the_scrape_of_the_demo(serve):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    page = DEMO.replace("127.0.0.1:9203", f"127.0.0.1:{port}")
    _, call, scrape, _ = (block for block in re.findall(r"```sh\n(.*?)```", page, re.S) if block.startswith("curl"))
    shown = re.search(r"```text\n(cryptofunk_mcp.*?)```", page, re.S).group(1)
    run = lambda command: subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30, check=True).stdout
    assert '"kelly_fraction":0.25' in run(call)
    assert run(scrape) == shown


def test_the_table_of_the_demo_names_every_component():
    for name, port in COMPONENTS.items():
        if not name.endswith("-agent"):
            assert f"| `{name}` | [{port}](http://127.0.0.1:{port}) |" in DEMO
    assert "`technical-agent` … `risk-agent` | 9101 … 9107 |" in DEMO
