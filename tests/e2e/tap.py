"""A port before a server's: passes every byte on, and afterwards tells the HTTP requests and their answers."""

import dataclasses
import json
import socket
import threading


@dataclasses.dataclass
class Exchange:
    """A request over HTTP, and its answer as far as it came."""

    verb: str
    headers: dict
    body: bytes
    status: int | None
    answer: bytes

    def message(self):
        """The message in the body; nothing if it is no JSON object."""
        try:
            message = json.loads(self.body)
        except ValueError:
            return {}
        return message if isinstance(message, dict) else {}

    def is_request(self):
        """Whether a client asks for an answer; not a notification, nor an answer of its own."""
        message = self.message()
        return self.verb == "POST" and "id" in message and "method" in message

    def answers(self):
        """The messages in the answer, which is JSON or a stream of events."""
        lines = self.answer.decode(errors="replace").splitlines()
        texts = [line[5:] for line in lines if line.startswith("data:")] or ["".join(lines)]
        found = []
        for text in texts:
            try:
                found.append(json.loads(text))
            except ValueError:
                pass
        return found

    def error_codes(self):
        return {answer["error"]["code"] for answer in self.answers() if "error" in answer}


class Tap:
    """Listens on a port of its own until it is closed."""

    def __init__(self, port):
        self.to = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.to)
            sent, answered = bytearray(), bytearray()
            self.connections.append((sent, answered))
            for come, go, kept in [(client, server, sent), (server, client, answered)]:
                threading.Thread(target=self.copy, args=(come, go, kept), daemon=True).start()

    @staticmethod
    def copy(come, go, kept):
        try:
            while data := come.recv(1 << 16):
                kept += data
                go.sendall(data)
        except OSError:
            pass
        # The other side learns that this one has gone.
        for end in (come, go):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def exchanges(self):
        """What went over the connections; those of one connection follow each other."""
        for sent, answered in self.connections:
            requests, answers = parse(bytes(sent)), parse(bytes(answered))
            for start, headers, body in requests:
                status, answer = None, b""
                if (got := next(answers, None)) is not None:
                    status, answer = int(got[0].split()[1]), got[2]
                yield Exchange(start.split()[0], headers, body, status, answer)


def parse(data):
    """Start line, headers and body of each message; the last one may be cut off."""
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        start, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding") == "chunked":
            body, data = chunks(data)
        else:
            length = int(headers.get("content-length", 0))
            body, data = data[:length], data[length:]
        yield start, headers, body


def chunks(data):
    body = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size or b"0", 16)
        body, data = body + data[:length], data[length + 2:]
        if length == 0:
            break
    return body, data
