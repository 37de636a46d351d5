"""docs/METRICS_INTEGRATION.md, followed from top to bottom on an empty crate."""

import os
import pathlib
import re
import subprocess

import pytest

from conftest import ROOT, free_port, get, wait_for

PAGE = (ROOT / "docs/METRICS_INTEGRATION.md").read_text()
# What cargo has built before is used again, as on the machine of somebody who follows the page.
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "integration"


def block(language, containing=""):
    """The only block of this language with this text."""
    (found,) = [text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.S) if containing in text]
    return found


@pytest.fixture
def crate(tmp_path):
    folder = tmp_path / "weather"
    # The page's crate stands beside a clone.
    (tmp_path / "cryptofunk-metrics").symlink_to(ROOT)
    subprocess.run(["cargo", "new", "--quiet", "--vcs=none", folder], check=True)
    for name, text in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.S):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    # The versions that this repository is tested with.
    (folder / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
    return folder


def run(command, folder, code=0, **env):
    done = subprocess.run(
        ["nice", "bash", "-c", command], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "CARGO_TARGET_DIR": str(TARGET), "CARGO_TERM_COLOR": "never", **env},
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def serve(crate, start):
    """Runs the server of the page, and answers what puts its port into a text."""
    run("cargo build", crate)
    port = free_port()
    server = start(TARGET / "debug/weather", cwd=crate, METRICS_PORT=port)

    def healthy():
        assert server.popen.poll() is None, server.output()
        return get(f"http://127.0.0.1:{port}/health")[0] == 200

    wait_for(healthy, "the server of the page")
    return lambda text: text.replace("127.0.0.1:9300", f"127.0.0.1:{port}")


@pytest.mark.long
def test_the_page_leads_from_an_empty_crate_to_an_alert(crate, start):
    # 3. and 5.
    assert "1 passed" in run(block("sh", "cargo test"), crate).stdout
    check = block("sh", "cargo check")
    assert "warning" not in run(check, crate).stderr
    rules = crate / "rules.yml"
    right = rules.read_text()
    rules.write_text(right.replace('status="error"', 'status="failed"'))
    said = block("text", "is never `failed`").strip()
    assert said in run(check, crate, code=101).stderr
    rules.write_text(right)

    # 4.
    here = serve(crate, start)
    calls = here(block("sh", "call()"))
    answers = run(calls, crate).stdout
    assert '"text":"17.5"' in answers and "no station in Atlantis" in answers
    assert run(here(block("sh", "grep -E '^weather")), crate).stdout == block("text", "weather_station_readings_total")

    # 6., where nobody waits as long.
    config = here((crate / "prometheus.yml").read_text()).replace("15s", "1s")
    (crate / "prometheus.yml").write_text(config)
    rules.write_text(right.replace("[5m]", "[10s]").replace("for: 1m", "for: 1s"))
    subprocess.run(["promtool", "check", "config", crate / "prometheus.yml"], check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    prometheus = start(*block("sh", "prometheus --config").split(), f"--web.listen-address={address}", cwd=crate)
    failing = calls.replace("call Rome\n", "")

    def fires():
        assert prometheus.popen.poll() is None, prometheus.output()
        run(failing, crate)
        answer = get(f"http://{address}/api/v1/query?query=ALERTS%7Balertstate%3D%22firing%22%7D")[2].decode()
        return '"alertname":"ToolCallsFail"' in answer and '"tool":"temperature"' in answer

    wait_for(fires, "the alert of the page to fire", seconds=60)

    # 7.
    rules.write_text(right)
    run(block("sh", "--example document"), crate)
    written = (crate / "METRICS.md").read_text()
    for part in ("### `weather_station_temperature_celsius`", "| `station` | `oslo`, `rome` |", "`ToolCallsFail`", "| weather | MCP server | 9300 |"):
        assert part in written

    # 8.
    lib = crate / "src/lib.rs"
    promised = lib.read_text()
    for line in (block("rust", ", slo(success = 99.5))]\n"), block("rust", "    #[mcp_tool(read_only, slo(")):
        (old,) = [one for one in promised.splitlines() if one.split("(")[0] == line.split("(")[0] and "(" in one]
        promised = promised.replace(old + "\n", line)
    lib.write_text(promised)
    run(block("sh", "--example pack"), crate)
    run("cargo run --features docs --example pack -- --check", crate)
    listed = crate / "monitoring/RUNBOOK.md"
    listed.write_text(listed.read_text() + "More.")
    said = run("cargo run --features docs --example pack -- --check", crate, code=1).stderr
    assert "RUNBOOK.md, line " in said and "`cargo run --features docs --example pack` writes them anew" in said

    # OpenTelemetry's names.
    lib.write_text(lib.read_text().replace('convention = "mcp"', 'convention = ["mcp", "otel-mcp"]'))
    assert block("rust", '["mcp", "otel-mcp"]') in lib.read_text()
    here = serve(crate, start)
    run(here(block("sh", "call()")), crate)
    assert run(here(block("sh", "grep mcp_server_operation")), crate).stdout == block("text", "mcp_server_operation_duration_seconds_count")
