// Lists and calls tools with the TypeScript SDK, and prints what came back as JSON.
// Arguments: the folder of node_modules, 1 or 2 as the SDK's major version, the negotiation ("legacy" or "auto"), and a URL or a command.
// The calls come on standard input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, major, mode, target, ...rest] = process.argv.slice(2);
const load = createRequire(`${folder}/package.json`);
let Client, Http, Stdio;
if (major === "1") {
    ({ Client } = load("@modelcontextprotocol/sdk/client/index.js"));
    ({ StreamableHTTPClientTransport: Http } = load("@modelcontextprotocol/sdk/client/streamableHttp.js"));
    ({ StdioClientTransport: Stdio } = load("@modelcontextprotocol/sdk/client/stdio.js"));
} else {
    ({ Client, StreamableHTTPClientTransport: Http } = load("@modelcontextprotocol/client"));
    ({ StdioClientTransport: Stdio } = load("@modelcontextprotocol/client/stdio"));
}
const transport = target.startsWith("http")
    ? new Http(new URL(target))
    // The server's own log is no warning of the client's.
    : new Stdio({ command: target, args: rest, env: process.env, stderr: "ignore" });
let version;
const set = transport.setProtocolVersion?.bind(transport);
transport.setProtocolVersion = (negotiated) => {
    version = negotiated;
    set?.(negotiated);
};
const client = new Client({ name: "zoo", version: "1" }, major === "1" ? {} : { versionNegotiation: { mode } });
client.onerror = (error) => console.error(`onerror: ${error.stack}`);
await client.connect(transport);
const { tools } = await client.listTools();
const results = [];
for (const [name, args] of JSON.parse(readFileSync(0, "utf8"))) {
    try {
        results.push(await client.callTool({ name, arguments: args }));
    } catch (error) {
        results.push({ threw: error.message, code: error.code });
    }
}
// Version 1 reports the end of its own stream as an error.
client.onerror = undefined;
await transport.terminateSession?.();
await client.close();
process.stdout.write(JSON.stringify({ version, tools, results }));
