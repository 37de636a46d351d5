"""The documents hang together: mdBook builds them, links lead somewhere, and blocks are what the examples are."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

EXAMPLES = ROOT / "cryptofunk-metrics/examples"
MDBOOK = shutil.which("mdbook", path=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
SUMMARY = (ROOT / "docs/SUMMARY.md").read_text()
CHAPTERS = [ROOT / "docs" / path for path in re.findall(r"\]\(([^)]+\.md)\)", SUMMARY)]
# Other sites, and dashboards of the Grafana that shows the runbook.
ELSEWHERE = re.compile(r"\w+:|/d/")
PAGES = [*CHAPTERS, *ROOT.glob("*.md"), *ROOT.glob("cryptofunk-*/README.md"), ROOT / "deployments/README.md"]
SHOWN = re.compile(r"(<!-- example: (\S+) -->\n```rust,ignore\n)(.*?)(```\n)", re.S)


def code(example):
    """An example without the text that says how to run it."""
    lines = (EXAMPLES / example).read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("//!")).lstrip("\n")


def without_blocks(page):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^ *(```+)\w*.*?^ *\1$", "", page, flags=re.S | re.M))


def anchors(path):
    """What GitHub and mdBook make of the headings."""
    headings = re.findall(r"^#+ +(.+)$", re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.S | re.M), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_document_is_a_chapter():
    assert all(path.is_file() for path in CHAPTERS)
    documents = set((ROOT / "docs").rglob("*.md")) - {ROOT / "docs/SUMMARY.md"}
    assert documents == set(CHAPTERS), "docs/SUMMARY.md names each page once"
    assert len(CHAPTERS) == len(set(CHAPTERS))


def test_mdbook_builds_the_book(tmp_path):
    done = subprocess.run([MDBOOK, "build", "--dest-dir", tmp_path, ROOT], capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and not re.search(r"WARN|ERROR", said), said
    for path in CHAPTERS:
        page = path.relative_to(ROOT / "docs").with_suffix(".html")
        page = page.with_name("index.html") if page.name == "README.html" else page
        assert (tmp_path / page).is_file(), page
    # Nothing leads out of the book, where a file of the repository would not be.
    for page in tmp_path.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#]+)', page.read_text()):
            if not ELSEWHERE.match(link) and page.name not in ("print.html", "404.html", "toc.html"):
                assert (page.parent / link).resolve().exists(), f"{page.relative_to(tmp_path)} links {link}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", without_blocks(path.read_text())):
        if ELSEWHERE.match(link):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), f"{link}: there is no such file"
        if anchor:
            assert anchor in anchors(file), f"{link}: the page has no such heading"


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.stem)
def test_blocks_are_the_examples(path):
    """`UPDATE=1` copies them from the examples."""
    page = path.read_text()
    wanted = SHOWN.sub(lambda m: m[1] + code(m[2]) + m[4], page)
    if os.environ.get("UPDATE"):
        path.write_text(wanted)
    assert path.read_text() == wanted, "UPDATE=1 copies the examples into the pages"


def test_the_readme_shows_the_first_example():
    (server,) = re.findall(r"```rust\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert server == code("hello.rs")
