"""Turns a server's tools into those of model providers, with their own clients, and prints them as JSON; see `test_zoo.py`.

Arguments: the command of a server on standard input and output. `google-genai` has this conversion in a module of its own use."""

import json
import logging
import os
import sys

import anyio
from agents.strict_schema import ensure_strict_json_schema
from google.genai._mcp_utils import mcp_to_gemini_tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession, StdioServerParameters, stdio_client

logging.basicConfig(level=logging.WARNING)


def strict(schema):
    """What OpenAI's strict mode takes, or why it does not."""
    try:
        return ensure_strict_json_schema(json.loads(json.dumps(schema)))
    except Exception as error:
        return str(error)


async def main(command, *arguments):
    with open(os.devnull, "w") as log:
        server = StdioServerParameters(command=command, args=arguments, env=dict(os.environ))
        async with stdio_client(server, errlog=log) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            found = {}
            for tool in (await session.list_tools()).tools:
                gemini = mcp_to_gemini_tool(tool).function_declarations[0].parameters
                found[tool.name] = {
                    "strict": strict(tool.inputSchema),
                    "gemini": gemini.model_dump(mode="json", exclude_none=True),
                }
            tools = {tool.name: tool for tool in await load_mcp_tools(session)}
            for name, tool in tools.items():
                found[name]["langchain"] = convert_to_openai_tool(tool)["function"]["parameters"]
            for name in ["report", "coded_report", "image"]:
                found[name]["answer"] = await tools[name].ainvoke({})
            json.dump(found, sys.stdout)


anyio.run(main, *sys.argv[1:])
