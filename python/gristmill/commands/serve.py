"""`gristmill docs serve`: the folder of the documents over HTTP, until Ctrl-C."""

from __future__ import annotations

import functools
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def run(request: dict[str, Any]) -> int:
    """Serve the page that was found, and open it in a browser unless that is not wanted."""
    folder = Path(request["page"]).parent
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    try:
        server = ThreadingHTTPServer((request["host"], request["port"]), handler)
    except OSError as error:
        sys.stderr.write(f"cannot listen at {request['host']}:{request['port']}: {error.strerror}\n")
        sys.stderr.write("hint: choose another port with `--port`\n")
        return 1
    with server:
        address = f"http://{request['host']}:{server.server_address[1]}"
        sys.stdout.write(f"Serving {folder} at {address} until Ctrl-C\n")
        sys.stdout.flush()
        if request["browser"]:
            import webbrowser

            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
