"""Lists and calls tools with the Python SDK, version 1 or 2, and prints what came back as JSON.

Arguments: the negotiation ("legacy" or "auto", for version 2), and a URL or a command. The calls come on standard input."""

import json
import logging
import os
import sys
from contextlib import AsyncExitStack
from importlib.metadata import version

import anyio
import mcp
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

logging.basicConfig(level=logging.WARNING)
IS_1 = version("mcp").startswith("1.")
ProtocolError = mcp.McpError if IS_1 else mcp.MCPError


async def main(mode, target, *arguments):
    async with AsyncExitStack() as stack:
        if target.startswith("http"):
            transport = streamable_http_client(target)
        else:
            # The server's own log is no warning of the client's.
            log = stack.enter_context(open(os.devnull, "w"))
            transport = stdio_client(StdioServerParameters(command=target, args=arguments, env=dict(os.environ)), errlog=log)
        if IS_1:
            read, write, *_ = await stack.enter_async_context(transport)
            session = await stack.enter_async_context(ClientSession(read, write))
            negotiated = (await session.initialize()).protocolVersion
        else:
            session = await stack.enter_async_context(mcp.Client(transport, mode=mode))
            negotiated = session.protocol_version
        listed = await session.list_tools()
        results = []
        for name, call_arguments in json.load(sys.stdin):
            try:
                results.append(plain(await session.call_tool(name, call_arguments)))
            except ProtocolError as error:
                results.append({"threw": error.error.message, "code": error.error.code})
            except RuntimeError as error:
                results.append({"threw": str(error), "code": None})
        json.dump({"version": negotiated, "tools": plain(listed)["tools"], "results": results}, sys.stdout)


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


anyio.run(main, *sys.argv[1:])
