"""A server of pages in a process of its own, fast enough not to be what is measured: `python -m tests.bench.page_server`.

Pages are made before the first request; each answer waits for the latency of a network. Prints its port.
"""

from __future__ import annotations

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

ROWS = 500


def page(number: int, pages: int, port: int) -> bytes:
    """A page as a shop would send it: some texts, a nested object, a list of numbers."""
    items = [
        {
            "id": number * ROWS + n,
            "sku": f"SKU-{number:04d}-{n:04d}",
            "title": f"Article {n} of page {number}, in blue",
            "price": {"amount": n + 0.99, "currency": "EUR"},
            "in_stock": n % 3 == 0,
            "updated_at": f"2024-05-{n % 28 + 1:02d}T12:00:00Z",
            "ratings": [n % 5, (n + 1) % 5],
        }
        for n in range(ROWS)
    ]
    following = f"http://127.0.0.1:{port}/link?page={number + 1}" if number < pages else None
    body = json.dumps({"items": items, "total_pages": pages, "next": following}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return head + body


async def main(pages: int, latency: float) -> None:
    """Serve until the process is ended."""
    made: dict[int, bytes] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            target = head.split(b" ", 2)[1].decode()
            number = int(parse_qs(urlsplit(target).query).get("page", ["1"])[0])
            await asyncio.sleep(latency)
            writer.write(made[number])
            await writer.drain()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made.update({number: page(number, pages, port) for number in range(1, pages + 1)})
    print(port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
