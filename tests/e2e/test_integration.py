"""docs/METRICS_INTEGRATION.md, the tutorial, followed step by step in an empty folder."""

import subprocess

import pytest

from conftest import ROOT, free_port, get, wait_for
from pages import Reader


@pytest.mark.long
def test_the_tutorial_leads_from_an_empty_folder_to_an_alert(tmp_path, start):
    reader = Reader((ROOT / "docs/METRICS_INTEGRATION.md").read_text(), tmp_path, start, 9300)

    # Steps 1 to 5.
    reader.follow(until="prometheus")
    crate, command = reader.terminal.folder(), reader.blocks[reader.done][2]

    # Step 6, where nobody waits as long.
    rules, config = crate / "rules.yml", crate / "prometheus.yml"
    right = rules.read_text()
    config.write_text(reader.here(config.read_text()).replace("15s", "1s"))
    rules.write_text(right.replace("[5m]", "[10s]").replace("for: 1m", "for: 1s"))
    subprocess.run(["promtool", "check", "config", config], check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    prometheus = start(*command.split(), f"--web.listen-address={address}", cwd=crate)
    repeated = next(text for marker, _, text in reader.blocks if marker == "repeat")
    assert "call Atlantis" in repeated

    def fires():
        assert prometheus.popen.poll() is None, prometheus.output()
        reader.terminal.run("call Atlantis > /dev/null")
        answer = get(f"http://{address}/api/v1/query?query=ALERTS%7Balertstate%3D%22firing%22%7D")[2].decode()
        return '"alertname":"ToolCallsFail"' in answer and '"tool":"temperature"' in answer

    wait_for(fires, "the alert of the page to fire", seconds=60)
    prometheus.end()
    rules.write_text(right)

    # Steps 7 and 8.
    reader.done += 2
    reader.follow()
    written = (crate / "METRICS.md").read_text()
    for part in ("### `weather_station_temperature_celsius`", "| `station` | `oslo`, `rome` |", "`ToolCallsFail`", "| weather | MCP server | 9300 |"):
        assert part in written
    listed = crate / "monitoring/RUNBOOK.md"
    listed.write_text(listed.read_text() + "More.")
    said = reader.terminal.run("cargo run --example pack -- --check")
    assert "RUNBOOK.md, line " in said and "`cargo run --example pack` writes them anew" in said
    reader.close()
