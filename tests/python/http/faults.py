"""A server on the loopback that does what no server should: each path answers as its script says, one step a request."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Step = bytes | Callable[["Asked"], Any]


@dataclass
class Asked:
    """A request, and the connection that waits for the answer."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: socket.socket
    server: Faults
    names: list[str] = field(default_factory=list[str])
    """The names of the headers, as they were written."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def reset(self) -> None:
        """End the connection without a farewell."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self.server.over.wait()


@dataclass
class Faults:
    """The server: `scripts[path]` are the steps, of which the last one is repeated."""

    scripts: dict[str, list[Step]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listening = socket.create_server((self.host, 0), backlog=50, family=family)
        self._threads: list[threading.Thread] = []
        self._connections: list[socket.socket] = []
        self._wrapped: list[socket.socket] = []
        self._lock = threading.Lock()
        self._start(self._accept)

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @property
    def connections(self) -> int:
        """How many there were."""
        return len(self._connections)

    def on(self, path: str, *steps: Step) -> None:
        self.scripts[path] = list(steps)

    def count(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            if self.over.is_set():
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                # The socket that was accepted is empty from here on.
                self._wrapped.append(connection)
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while first := stream.readline():
                method, target, _ = first.decode("latin-1").split(" ", 2)
                headers: dict[str, str] = {}
                names: list[str] = []
                while (line := stream.readline().strip()) != b"":
                    name, _, value = line.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                    names.append(name)
                body = stream.read(int(headers.get("content-length", 0)))
                asked = Asked(method, target, headers, body, connection, self, names)
                with self._lock:
                    self.asked.append(asked)
                    steps = self.scripts.get(asked.path) or [answer(b"{}", status=404)]
                    step = steps.pop(0) if len(steps) > 1 else steps[0]
                if isinstance(step, bytes):
                    connection.sendall(step)
                    if b"Connection: close" in step:
                        return
                elif step(asked) is False:
                    return

    def close(self) -> None:
        self.over.set()
        # A thread that waits in `accept` wakes for one more guest.
        with contextlib.suppress(OSError):
            socket.create_connection(self._listening.getsockname()[:2]).close()
        for connection in [*self._connections, *self._wrapped]:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._listening.close()
        for thread in self._threads:
            thread.join()


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None, *, length: int | None = None) -> bytes:
    """An answer as it goes over the wire."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content) if length is None else length),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content


def unmeasured(body: bytes) -> bytes:
    """An answer that ends with the connection."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body
