"""The site of docs/how-to/proxy.md in a real nginx, with a server behind it and a client in front of it."""

import re
import ssl
import subprocess
import time

import anyio
import httpx2
import pytest
from mcp import Client, ClientSession
from mcp.client.streamable_http import streamable_http_client

from conftest import BIN, ROOT, free_port, get, scrape, wait_for

PAGE = (ROOT / "docs/how-to/proxy.md").read_text()
PROGRESS = str(BIN / "examples/progress")
NAME, WEB_PAGE, TOKEN = "mcp.example.com", "https://app.example.com", "open-sesame"
MAIN = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    # The SDK sends this header, which would hide a wrong proxy_buffering.
    proxy_ignore_headers X-Accel-Buffering;
    include {site};
}}
"""


class Site:
    """nginx with the page's configuration: only ports and paths of certificates are others. Clients ask for 127.0.0.1, by the site's name."""

    def __init__(self, start, folder, upstream):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem",
             "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"],
            check=True, capture_output=True,
        )
        self.port = free_port()
        (site,) = re.findall(r"```nginx\n(.*?)```", PAGE, re.S)
        for shown, here in [
            ("127.0.0.1:9284", f"127.0.0.1:{upstream}"), ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"), (f"/etc/ssl/{NAME}", str(folder)),
        ]:
            assert shown in site
            site = site.replace(shown, here)
        (folder / "mcp.conf").write_text(site)
        (folder / "nginx.conf").write_text(MAIN.format(site=folder / "mcp.conf"))
        self.process = start("nginx", "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf")
        self.trusted = ssl.create_default_context(cafile=folder / "fullchain.pem")
        self.url = f"https://127.0.0.1:{self.port}"
        wait_for(self.answers, "nginx to answer")

    def answers(self):
        assert self.process.popen.poll() is None, self.process.output()
        try:
            return self.get("/").status_code == 404
        except httpx2.ConnectError:
            return False

    def get(self, path, **headers):
        return httpx2.get(self.url + path, headers={"Host": NAME, **headers}, verify=self.trusted)

    def http(self, **headers):
        headers = {"Host": NAME, "Origin": WEB_PAGE, "Authorization": f"Bearer {TOKEN}", **headers}
        return httpx2.AsyncClient(headers=headers, verify=self.trusted, timeout=60)


@pytest.fixture
def upstream(serve, tmp_path):
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    return serve(
        PROGRESS, "--http", MCP_ALLOWED_HOSTS=NAME, MCP_ALLOWED_ORIGINS=WEB_PAGE, MCP_TOKEN_FILE=token, MCP_RESOURCE=f"https://{NAME}/mcp",
        MCP_AUTHORIZATION_SERVERS="https://login.example.com",
    )


@pytest.fixture
def site(start, tmp_path, upstream):
    return Site(start, tmp_path, upstream)


@pytest.mark.parametrize("generation", ["sessions", "no sessions"])
def test_progress_arrives_while_the_call_runs(site, upstream, generation):
    arrived = []

    async def progress(done, total, message):
        arrived.append((done, total, message, time.monotonic()))

    async def run():
        async with site.http() as http:
            streams = streamable_http_client(f"{site.url}/mcp", http_client=http)
            if generation == "sessions":
                async with streams as (read, write, *_), ClientSession(read, write) as client:
                    await client.initialize()
                    return await client.call_tool("stream_processor", {}, progress_callback=progress)
            async with Client(streams) as client:
                return await client.call_tool("stream_processor", {}, progress_callback=progress)

    result = anyio.run(run)
    ended = time.monotonic()
    assert result.content[0].text == "Processed 5 records successfully"
    assert [part[:3] for part in arrived] == [(i, 5, 5 * str(i)) for i in range(1, 6)]
    # One a second. A proxy that buffers would send them all with the result.
    assert ended - arrived[0][3] > 4, arrived
    assert scrape(upstream).of("cryptofunk_mcp_tool_calls_total", tool="stream_processor", status="success") == 1


def test_only_mcp_is_public(site, upstream):
    for path in ("/metrics", "/health", "/", "/mcp/", "/metrics/", "//metrics", "/mcp/../metrics", "/mcp%2f..%2fmetrics"):
        assert site.get(path).status_code == 404, path
    for path in ("/metrics", "/health"):
        assert get(f"http://127.0.0.1:{upstream}{path}")[0] == 200


def test_host_origin_and_token_reach_the_server(site):
    status = lambda **headers: site.get("/mcp", Accept="text/event-stream", **headers).status_code
    token = {"Authorization": f"Bearer {TOKEN}"}
    assert (status(), status(Host="other.example.com", **token), status(Origin="https://evil.example", **token)) == (401, 403, 403)
    answer = site.get("/mcp", Origin=WEB_PAGE)
    assert answer.headers["access-control-allow-origin"] == WEB_PAGE
    where = answer.headers["www-authenticate"].split('resource_metadata="')[1].split('"')[0]
    assert where == f"https://{NAME}/.well-known/oauth-protected-resource/mcp"
    metadata = site.get(where.removeprefix(f"https://{NAME}")).json()
    assert metadata["resource"] == f"https://{NAME}/mcp" and metadata["authorization_servers"] == ["https://login.example.com"]


def test_a_client_that_leaves_cancels_its_call(site, upstream):
    in_flight = lambda: scrape(upstream).of("cryptofunk_mcp_requests_in_flight", server="progress")

    async def run():
        async with site.http() as http, streamable_http_client(f"{site.url}/mcp", http_client=http) as (read, write, *_):
            async with ClientSession(read, write) as client:
                await client.initialize()
                with anyio.move_on_after(1.5):
                    await client.call_tool("stream_processor", {}, progress_callback=lambda *_: anyio.lowlevel.checkpoint())

    anyio.run(run)
    wait_for(lambda: in_flight() == 0, "the call to be cancelled", seconds=3)
    assert scrape(upstream).of("cryptofunk_mcp_tool_calls_total", tool="stream_processor", status="success") == 0
