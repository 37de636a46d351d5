"""A server that returns every kind of result, called by the SDKs' clients of two generations: no error, no warning, and every value."""

import json
import os
import subprocess

import pytest

from conftest import BIN, ROOT, free_port

ZOO = str(BIN / "zoo")
TOOLS = ROOT / "target/test-tools"
HERE = ROOT / "tests/e2e"
PYTHON_2, PYTHON_1 = TOOLS / "python/bin/python", TOOLS / "python-mcp-1/bin/python"
OLDER, NEWER = "2025-11-25", "2026-07-28"

# Command of a client, and the protocol version that it negotiates.
CLIENTS = {
    "Python 2, legacy": ([PYTHON_2, "-W", "error", HERE / "zoo_client.py", "legacy"], OLDER),
    "Python 2": ([PYTHON_2, "-W", "error", HERE / "zoo_client.py", "auto"], NEWER),
    "Python 1": ([PYTHON_1, "-W", "error", HERE / "zoo_client.py", "legacy"], OLDER),
    "TypeScript 2, legacy": (["node", HERE / "zoo_client.mjs", TOOLS, "2", "legacy"], OLDER),
    "TypeScript 2": (["node", HERE / "zoo_client.mjs", TOOLS, "2", "auto"], NEWER),
    "TypeScript 1": (["node", HERE / "zoo_client.mjs", TOOLS, "1", "legacy"], OLDER),
}

REPORT = {"ratio": 0.25, "best": None, "count": 2**53 - 1, "side": "sell", "days": [{"close": 1.5}]}
CODED = {"code": "unknown_session", "message": "there is no session `a`"}
NOTE = {"type": "resource", "resource": {"uri": "memo://note", "mimeType": "text/plain", "text": "a note"}}
IMAGE = {"type": "image", "data": "aGk=", "mimeType": "image/png"}
AUDIO = {"type": "audio", "data": "aGk=", "mimeType": "audio/wav"}
LINK = {"type": "resource_link", "uri": "memo://note", "name": "note"}
TAKES = {
    "text": "t", "byte": 255, "signed": -1, "ratio": 0.5, "flag": True, "side": "buy", "symbol": "BTC", "days": [{"close": 1.5}],
    "prices": {"BTC": 1.5}, "share": 1,
}


def text(text):
    return {"type": "text", "text": text}


# Tools without structured content: arguments and blocks.
BLOCKS = [
    ("text", {}, [text('a text, ä and "quoted"')]),
    ("json_text", {}, [text('{"a": 1}')]),
    ("borrowed", {}, [text("borrowed")]),
    ("empty_text", {}, [text("")]),
    ("integer", {}, [text("-42")]),
    ("number", {}, [text("0.1")]),
    ("flag", {}, [text("false")]),
    ("unit", {}, []),
    ("fallible_unit", {}, []),
    ("block", {}, [text("a block")]),
    ("image", {}, [IMAGE]),
    ("audio", {}, [AUDIO]),
    ("resource", {}, [NOTE]),
    ("blocks", {}, [text("first"), text("second")]),
    ("result", {}, [text("a text"), IMAGE, AUDIO, NOTE, LINK]),
    ("takes", TAKES, [text('t 255 -1 0.5 true Buy BTC [1.5] {"BTC": 1.5} 20 1 None None None None')]),
    (
        "takes", TAKES | {"period": 3.0, "perhaps": "sell", "later": {"close": 2}, "values": [None], "named": {"a": 1}},
        [text('t 255 -1 0.5 true Buy BTC [1.5] {"BTC": 1.5} 3 1 Some(Sell) Some(2.0) Some([Null]) Some({"a": Number(1)})')],
    ),
    ("takes_struct", {"days": 3, "weights": [1, -2], "format": "abc"}, [text("8")]),
]
# Tools with structured content: arguments and value.
VALUES = [
    ("report", {}, REPORT),
    ("wrapped", {}, REPORT),
    ("empty", {}, {}),
    ("tree", {}, {"name": "root", "children": [{"name": "leaf", "children": []}]}),
    ("map", {}, {"BTC": 1.5}),
    ("texts", {}, ["a", "b"]),
    ("days", {}, [{"close": 1.5}]),
    ("no_days", {}, []),
    ("pair", {}, [1, "one"]),
    ("note", {"text": "a note"}, "a note"),
    ("note", {"text": ""}, ""),
    ("note", {}, None),
    ("count", {"n": 0}, 0),
    ("count", {}, None),
    ("perhaps", {"close": 1.5}, {"close": 1.5}),
    ("perhaps", {}, None),
    ("side", {}, "buy"),
    ("symbol", {}, "BTC"),
    ("answer", {"text": True}, "closed"),
    ("answer", {"text": False}, {"price": 1.5}),
    ("event", {"at": 7}, {"type": "opened", "at": 7}),
    ("event", {}, {"type": "closed"}),
    ("json", {"value": {"a": [1, None]}}, {"a": [1, None]}),
    ("json", {"value": [1, "b"]}, [1, "b"]),
    ("json", {"value": "plain"}, "plain"),
    ("json", {"value": False}, False),
    ("json", {"value": None}, None),
    ("undescribed", {}, {"n": 7}),
    ("opaque", {}, [1, 2, 3]),
    ("structured_result", {}, {"a": 1}),
]
# Tool errors: what the model reads.
ERRORS = [
    ("error_result", "says that it failed"),
    ("fails", "it failed"),
    ("coded_text", CODED["message"]),
    ("coded_list", CODED["message"]),
    ("coded_report", CODED["message"]),
    ("sourced", "cannot read the price: connection refused"),
    ("with_context", "no report today: cannot read the price: connection refused"),
    ("nan", "the result is NaN, which is no number in JSON"),
    ("nan_field", "the field `ratio` of the result is inf, which is no number in JSON"),
    ("panics", "the tool `panics` failed inside the server; its log says more"),
    ("slow", "the tool `slow` did not finish within 50ms"),
]
# Types without `JsonSchema`, and the SDK's own result.
NO_SCHEMA = {"undescribed", "opaque", "structured_result"}
CALLS = [(tool, arguments) for tool, arguments, _ in BLOCKS + VALUES] + [(tool, {}) for tool, _ in ERRORS] + [("protocol_error", {})]


def run(client, target):
    """What a client lists and what its calls answer; whatever it writes to standard error fails."""
    command, version = CLIENTS[client]
    done = subprocess.run(
        [str(part) for part in [*command, *target]], input=json.dumps(CALLS), capture_output=True, text=True, timeout=60,
        env={**os.environ, "METRICS_PORT": str(free_port()), "RUST_BACKTRACE": "0"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["version"] == version
    return {tool["name"]: tool for tool in answer["tools"]}, iter(answer["results"])


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("client", CLIENTS)
def test_every_result_kind(client, transport, serve):
    target = [ZOO, "--stdio"] if transport == "stdio" else [f"http://127.0.0.1:{serve(ZOO)}/mcp"]
    tools, results = run(client, target)
    is_newer = CLIENTS[client][1] == NEWER
    assert set(tools) == {tool for tool, _ in CALLS}
    for tool, arguments, blocks in BLOCKS:
        assert "outputSchema" not in tools[tool], tool
        assert_is(next(results), blocks, tool)
    for tool, arguments, value in VALUES:
        # Older versions of the protocol have objects alone.
        is_structured = is_newer or isinstance(value, dict)
        announced = tools[tool].get("outputSchema")
        assert (announced is not None) == (tool not in NO_SCHEMA and (is_newer or announced is not None)), tool
        shown = value if isinstance(value, str) else json.dumps(value)
        result = next(results)
        (block,) = result["content"]
        assert block["text"] == shown if isinstance(value, str) else json.loads(block["text"]) == value, tool
        assert ("structuredContent" in result) == is_structured, result
        assert result.get("structuredContent") == (value if is_structured else None), result
        assert not result.get("isError"), result
    for tool, message in ERRORS:
        result = next(results)
        assert result.get("isError") is True, (tool, result)
        assert result["content"] == [text(message)], tool
        # What older versions announce of this tool would not fit the code: it stands in `_meta`.
        is_moved = tool == "coded_report" and not is_newer
        coded = result.get("_meta", {}).get("cryptofunk-metrics/error") if is_moved else result.get("structuredContent")
        assert coded == (CODED if tool.startswith("coded") else None), result
        assert ("structuredContent" in result) == (coded is not None and not is_moved), result
    refused = next(results)
    assert refused["code"] == -32600 and "not now" in refused["threw"]


def assert_is(result, blocks, tool):
    assert not result.get("isError"), (tool, result)
    assert result["content"] == blocks, tool
    assert "structuredContent" not in result, tool


def test_converters_of_model_providers():
    """`openai-agents`, `google-genai` and `langchain-mcp-adapters` take every schema; `requirements-mcp-1.txt` has their versions."""
    done = subprocess.run(
        [PYTHON_1, HERE / "converters.py", ZOO, "--stdio"], capture_output=True, text=True, timeout=60,
        env={**os.environ, "METRICS_PORT": str(free_port())},
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == {tool for tool, _ in CALLS}
    for tool, converted in found.items():
        # OpenAI's strict mode has no maps, whoever describes them; its client then takes the schema as it is.
        assert isinstance(converted["strict"], dict) == (tool != "takes"), converted["strict"]
        assert converted["gemini"]["type"] == "OBJECT"
        assert converted["langchain"]["type"] == "object"
    gemini, langchain = found["takes"]["gemini"], found["takes"]["langchain"]
    assert set(gemini["properties"]) == set(langchain["properties"]) == {*TAKES, "period", "perhaps", "later", "values", "named"}
    assert set(gemini["required"]) == set(TAKES)
    # Each argument keeps what a model must know of it.
    assert gemini["properties"]["text"] == {"type": "STRING", "description": "A text."}
    assert gemini["properties"]["byte"] == {"type": "INTEGER", "minimum": 0, "maximum": 255}
    side = {"type": "STRING", "enum": ["buy", "sell"], "description": "- `buy`: Buys.\n- `sell`: Sells."}
    assert gemini["properties"]["side"] == side
    assert gemini["properties"]["perhaps"] == side | {"nullable": True}
    assert gemini["properties"]["days"]["items"]["properties"] == {"close": {"type": "NUMBER"}}
    assert found["takes_struct"]["strict"]["required"] == ["days", "format", "weights"]
    (report,), (coded,), (image,) = (found[tool]["answer"] for tool in ["report", "coded_report", "image"])
    assert json.loads(report["text"]) == REPORT
    assert coded["text"] == CODED["message"]
    assert (image["base64"], image["mime_type"]) == (IMAGE["data"], IMAGE["mimeType"])
