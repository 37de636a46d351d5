"""What a server over HTTP bears: figures for docs/PERFORMANCE.md. It needs Python alone, and a server that listens already.

    python3 benches/http_load.py sessions PORT PID 60000 40    # opens sessions and leaves them; then waits for 40 s
    python3 benches/http_load.py scrapes PORT 2000 1000        # scrapes beside idle connections and slow scrapers
    python3 benches/http_load.py bodies PORT PID 4 16 text     # calls `hello` with 16 bodies of 4 MiB at once; or: values
"""

import asyncio
import collections
import json
import pathlib
import subprocess
import sys

HEAD = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
INITIALIZE = json.dumps({
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "load", "version": "1"}},
}).encode()
SCRAPE = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def resident(pid):
    """The memory of a process, in MiB."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def post(body, more=b""):
    return b"POST /mcp HTTP/1.1\r\n" + HEAD + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def ask(port, message):
    """The whole answer to a request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(message)
    try:
        await writer.drain()
    except OSError:
        pass  # refused before all of it was sent
    answer = await reader.read()
    writer.close()
    return answer


async def sessions(port, pid, count, rest):
    port, pid, left, answers, peak = int(port), int(pid), int(count), collections.Counter(), 0
    print("start:", resident(pid), "MiB")

    async def client():
        nonlocal left, peak
        while left > 0:
            left -= 1
            answer = await ask(port, post(INITIALIZE, b"Connection: close\r\n"))
            answers[answer[9:12].decode()] += 1
            if left % 1000 == 0:
                peak = max(peak, resident(pid))

    await asyncio.gather(*[client() for _ in range(16)])
    print(f"answers: {dict(answers)}; peak: {max(peak, resident(pid))} MiB")
    await asyncio.sleep(float(rest))
    print("after the rest:", resident(pid), "MiB")


async def hold(port, idle, slow):
    """Holds connections, some of which read an answer byte by byte, until it is killed."""
    port = int(port)
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(int(idle))]

    waiting, started = int(slow), asyncio.Event()

    async def read_slowly():
        nonlocal waiting
        waited = True
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(SCRAPE + b"\r\n")
            try:
                while await reader.read(1):
                    waiting -= waited
                    waited = False
                    if waiting == 0:
                        started.set()
                    await asyncio.sleep(1)
            except OSError:
                pass

    readers = [asyncio.create_task(read_slowly()) for _ in range(int(slow))]
    await started.wait()
    print("held", flush=True)
    await asyncio.gather(*readers)
    del held


async def scrapes(port, idle, slow):
    # A process of its own, so that its work is not taken for the server's.
    holder = subprocess.Popen([sys.executable, __file__, "hold", port, idle, slow], stdout=subprocess.PIPE)
    holder.stdout.readline()
    waited, loop = [], asyncio.get_running_loop()
    for _ in range(500):
        start = loop.time()
        answer = await ask(int(port), SCRAPE + b"Connection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer[:80]
        waited.append((loop.time() - start) * 1e3)
        await asyncio.sleep(0.01)
    holder.kill()
    waited.sort()
    print(f"p50 {waited[249]:.1f} ms, p99 {waited[494]:.1f} ms, slowest {waited[-1]:.1f} ms")


async def bodies(port, pid, mib, count, kind):
    port, pid, size = int(port), int(pid), int(float(mib) * 1024 * 1024) - 200
    argument = '"' + "x" * size + '"' if kind == "text" else "[" + "1," * (size // 2) + "1]"
    opened = await ask(port, post(INITIALIZE, b"Connection: close\r\n"))
    lines = opened.split(b"\r\n")
    session = next(line for line in lines if line.lower().startswith(b"mcp-session-id")) + b"\r\nConnection: close\r\n"
    await ask(port, post(b'{"jsonrpc":"2.0","method":"notifications/initialized"}', session))
    peak = start = resident(pid)

    async def watch():
        nonlocal peak
        while True:
            peak = max(peak, resident(pid))
            await asyncio.sleep(0.005)

    def call(number):
        params = '{"name":"hello","arguments":{"name":%s}}' % argument
        return ('{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}' % (number, params)).encode()

    watching = asyncio.create_task(watch())
    answers = await asyncio.gather(*[ask(port, post(call(number), session)) for number in range(10, 10 + int(count))])
    watching.cancel()
    statuses = collections.Counter(answer[9:12].decode() for answer in answers)
    print(f"answers: {dict(statuses)}; start: {start} MiB, peak: {peak} MiB")


asyncio.run(globals()[sys.argv[1]](*sys.argv[2:]))
