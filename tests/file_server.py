"""A web server that gives out one file, and misbehaves as a test wants."""

import hashlib
import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = random.Random(0).randbytes(300_000)
MD5 = hashlib.md5(BODY).hexdigest()


class Server(ThreadingHTTPServer):
    """Gives out `body`, and misbehaves as the test wants; remembers the ranges that were asked for."""

    daemon_threads = True
    body = BODY
    status = 200
    breaks_after: int | None = None
    """Bytes after which each of the first `breaks` connections ends."""
    breaks = 0
    knows_ranges = True
    says_length = True
    endless = False
    start_of_range = 0
    """Added to where the range begins that was asked for: a server that sends another part."""
    location: str | None = None
    gate: threading.Event | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file.tar.gz"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        server, asked = self.server, self.headers["Range"]
        server.asked.append(asked)
        if server.gate is not None:
            server.gate.wait(10)
        if server.location is not None:
            self.send_response(302)
            self.send_header("Location", server.location)
            self.end_headers()
            return
        if server.status != 200:
            self.send_error(server.status)
            return
        start = int(re.findall(r"\d+", asked)[0]) if asked and server.knows_ranges else 0
        if start >= len(server.body) > 0:
            self.send_error(416)
            return
        start += server.start_of_range if start else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(server.body) - 1}/{len(server.body)}")
        if server.says_length:
            self.send_header("Content-Length", str(len(server.body) - start))
        self.end_headers()
        self.send_body(server.body[start:])

    def send_body(self, rest: bytes) -> None:
        try:
            if self.server.breaks > 0:
                self.server.breaks -= 1
                self.wfile.write(rest[: self.server.breaks_after])
                return
            self.wfile.write(rest)
            while self.server.endless:
                self.wfile.write(rest)
        except OSError:
            pass


@contextmanager
def serving() -> Iterator[Server]:
    """The server, as long as the block runs."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
