"""The documents for users are in plain English: textlint, with tests/prose/textlintrc.json."""

import subprocess

from conftest import ROOT

TEXTLINT = ROOT / "target/test-tools/node_modules"
# Generated.
WITHOUT = {"METRICS", "QUERIES", "RUNBOOK", "GRAFANA_DASHBOARDS", "PERFORMANCE"}


def lint(*paths):
    return subprocess.run(
        [TEXTLINT / ".bin/textlint", "--config", ROOT / "tests/prose/textlintrc.json", "--rules-base-directory", TEXTLINT, "--format", "unix", *paths],
        capture_output=True, text=True, cwd=ROOT,
    )


def test_the_documents_are_in_plain_english():
    book = [path for path in (ROOT / "docs").rglob("*.md") if path.stem not in WITHOUT]
    pages = [*ROOT.glob("*.md"), *ROOT.glob("cryptofunk-*/README.md"), ROOT / "deployments/README.md", *book]
    pages = [path for path in pages if path.name != "CHANGELOG.md"]
    assert len(pages) > 25
    done = lint(*pages)
    assert done.returncode == 0, done.stdout + done.stderr


def test_stiff_english_is_found(tmp_path):
    page = tmp_path / "stiff.md"
    page.write_text("# Stiff\n\nSomebody who utilizes it begins anew.\n\nThere are many ways in order to do so.\n")
    done = lint(page)
    assert done.returncode == 1
    for word in ("Somebody", "utilize", "anew", "There are"):
        assert word in done.stdout, done.stdout
