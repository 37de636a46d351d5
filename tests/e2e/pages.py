"""Pages of the documents, as their readers follow them: block by block, in a terminal."""

import os
import pathlib
import re
import subprocess

from conftest import ROOT, free_port, get, wait_for

# What the workspace has built is used again, as far as the features agree.
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BLOCK = re.compile(r"(?:<!-- (?P<marker>[^>]+?) -->\n+)?```(?P<language>[\w,]+)\n(?P<text>.*?)```\n", re.S)
WHERE_A_READER_HAS_THE_CLONE = "../cryptofunk-metrics/"


def blocks(page):
    """(marker, language, text) of each block, in order."""
    return [(m["marker"], m["language"], m["text"]) for m in BLOCK.finditer(page)]


class Terminal:
    """A shell that stays: what a block defines, the next one has."""

    DONE = "the block has ended"

    def __init__(self, folder):
        self.shell = subprocess.Popen(
            ["nice", "bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "CARGO_TARGET_DIR": str(TARGET), "CARGO_TERM_COLOR": "never", "CARGO_PROFILE_DEV_DEBUG": "0"},
        )

    def run(self, commands):
        """What the commands print."""
        self.shell.stdin.write(f"{commands}\necho; echo '{self.DONE}'\n")
        self.shell.stdin.flush()
        printed = []
        for line in self.shell.stdout:
            if line == f"{self.DONE}\n":
                return "".join(printed)[:-1]
            printed.append(line)
        raise AssertionError(f"the shell ended: {''.join(printed)}")

    def folder(self):
        return pathlib.Path(self.run("pwd").strip())

    def close(self):
        self.shell.stdin.close()
        self.shell.wait()


class Reader:
    """Follows a page in an empty folder. Its servers listen on a free port instead of the page's."""

    def __init__(self, page, folder, start, port):
        # With a reader's features these are built anew: as a reader builds them, without optimisation.
        settings = "".join(f"[profile.dev.package.{name}]\nopt-level = 0\n" for name in ("hyper", "rmcp", "tokio"))
        (folder / ".cargo").mkdir()
        (folder / ".cargo/config.toml").write_text(settings)
        self.blocks = blocks(page.replace(WHERE_A_READER_HAS_THE_CLONE, f"{ROOT}/"))
        self.terminal, self.start, self.server = Terminal(folder), start, None
        self.port = {f":{port}": f":{free_port()}"}
        self.said, self.done, self.is_locked = "", 0, False

    def here(self, text):
        for page, port in self.port.items():
            text = text.replace(page, port)
        return text

    def follow(self, until=None):
        """Does what the page says, up to the block with this marker."""
        while self.done < len(self.blocks):
            marker, language, text = self.blocks[self.done]
            if until and marker == until:
                return
            self.done += 1
            if marker and marker.startswith("file: "):
                self.write(marker.removeprefix("file: "), text)
            elif marker == "server":
                self.serve()
            elif language == "sh":
                self.said = self.terminal.run(self.here(text))
            elif language == "text":
                assert self.here(text).rstrip("\n") in self.said, f"the page says\n{text}\nand it was\n{self.said}"
        assert until is None, f"no block is marked {until}"

    def write(self, name, text):
        folder = self.terminal.folder()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        if not self.is_locked:
            # The versions that this repository is tested with.
            (folder / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
            self.is_locked = True

    def serve(self):
        """`cargo run`, until the server runs again."""
        folder = self.terminal.folder()
        if self.server:
            self.server.end()
        (port,) = self.port.values()
        built = self.terminal.run("cargo build")
        self.server = self.start(TARGET / "debug" / folder.name, cwd=folder, METRICS_PORT=port[1:])

        def healthy():
            assert self.server.popen.poll() is None, built + self.server.output()
            return get(f"http://127.0.0.1{port}/health")[0] == 200

        wait_for(healthy, "the server of the page")
        self.said = self.server.output()

    def close(self):
        self.terminal.close()
