"""Servers on this machine that answer as Google Cloud Storage and as Azure Blob Storage do.

They check what the services check: the signature of each request, the range, and that an object is still the one asked for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

ACCOUNT = "shop"
ACCOUNT_KEY = base64.b64encode(b"not-to-be-seen, an account's key").decode()


@dataclass
class Cloud:
    """One bucket's objects, what went wrong with it, and what was asked of it."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])
    bucket: str = "lake"
    page: int = 1000
    """Keys in one page of a listing."""
    broken: list[int] = field(default_factory=list[int])
    """Statuses of the next answers."""
    public_key: Any = None
    """What Google would verify tokens with."""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list[tuple[str, str, dict[str, str]]])
    """Method, target and headers of each request."""

    def put(self, key: str, body: bytes) -> None:
        """Store an object."""
        self.objects[key] = body

    def ranges(self) -> list[str]:
        """The ranges that were asked for."""
        return [headers["range"] for _, _, headers in self.asked if "range" in headers]

    def listed(self, prefix: str, delimiter: str, after: str) -> tuple[list[str], list[str], str]:
        """The keys and folders of one page, and where the next one begins."""
        found: list[str] = []
        folders: list[str] = []
        for key in sorted(k for k in self.objects if k.startswith(prefix) and k > after):
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            if end >= 0:
                folders = sorted({*folders, key[: end + 1]})
                continue
            if len(found) == self.page:
                return found, folders, found[-1]
            found.append(key)
        return found, folders, ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud: Cloud

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        del format, arguments

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        cloud, parts = self.cloud, urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        cloud.asked.append((self.command, self.path, headers))
        if cloud.broken:
            self.send(cloud.broken.pop(0), b"<Error><Code>Trouble</Code></Error>", body=body)
            return
        if not self.allowed(headers):
            self.send(403, b"<Error><Code>AccessDenied</Code></Error>", body=body)
            return
        bucket, _, key = parts.path.lstrip("/").partition("/")
        if bucket != cloud.bucket:
            self.send(404, b"<Error><Code>NoSuchBucket</Code></Error>", body=body)
        elif not key:
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send(200, self.listing(query).encode(), body=body)
        else:
            self.content(unquote(key), headers, body=body)

    def content(self, key: str, headers: dict[str, str], *, body: bool) -> None:
        found = self.cloud.objects.get(key)
        if found is None:
            self.send(404, b"<Error><Code>NoSuchKey</Code></Error>", body=body)
            return
        if headers.get("if-match", etag(found)) != etag(found):
            self.send(412, b"<Error><Code>ConditionNotMet</Code></Error>", body=body)
            return
        more = {
            "ETag": etag(found),
            "Last-Modified": formatdate(1_700_000_000, usegmt=True),
            "x-ms-version": "2023-11-03",
        }
        status = 200
        if "range" in headers:
            start, end = (int(at) for at in headers["range"].removeprefix("bytes=").split("-"))
            more["Content-Range"] = f"bytes {start}-{min(end, len(found) - 1)}/{len(found)}"
            status, found = 206, found[start : end + 1]
        self.send(status, found, more, body=body)

    def send(self, status: int, content: bytes, headers: dict[str, str] | None = None, *, body: bool) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Length": str(len(content)),
            "Content-Type": "text/plain",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def allowed(self, headers: dict[str, str]) -> bool:
        raise NotImplementedError

    def listing(self, query: dict[str, str]) -> str:
        raise NotImplementedError


class _Google(_Handler):
    def allowed(self, headers: dict[str, str]) -> bool:
        import jwt

        kind, _, token = headers.get("authorization", "").partition(" ")
        if self.cloud.public_key is None:
            return not token
        if kind != "Bearer":
            return False
        try:
            claims = jwt.decode(token, self.cloud.public_key, algorithms=["RS256"])
        except jwt.InvalidTokenError:
            return False
        return claims["iss"] == claims["sub"] == "loader@shop.example" and "cloud-platform" in claims["scope"]

    def listing(self, query: dict[str, str]) -> str:
        cloud, prefix = self.cloud, query.get("prefix", "")
        keys, folders, after = cloud.listed(prefix, query.get("delimiter", ""), query.get("continuation-token", ""))
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2023-11-14T22:13:20.000Z</LastModified>"
            f"<ETag>{escape(etag(cloud.objects[key]))}</ETag><Size>{len(cloud.objects[key])}</Size></Contents>"
            for key in keys
        )
        common = "".join(f"<CommonPrefixes><Prefix>{escape(f)}</Prefix></CommonPrefixes>" for f in folders)
        more = f"<NextContinuationToken>{escape(after)}</NextContinuationToken>" if after else ""
        return f"<ListBucketResult>{contents}{common}{more}</ListBucketResult>"


class _Azure(_Handler):
    def allowed(self, headers: dict[str, str]) -> bool:
        names = ["content-encoding", "content-language", "content-length", "content-md5", "content-type", "date"]
        names += ["if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"]
        parts = urlsplit(self.path)
        text = "\n".join([self.command, *(headers.get(name, "").removeprefix("0") for name in names)])
        text += "".join(f"\n{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-ms"))
        text += f"\n/{ACCOUNT}{parts.path}" + "".join(f"\n{k}:{v}" for k, v in sorted(parse_qsl(parts.query)))
        signed = hmac.new(base64.b64decode(ACCOUNT_KEY), text.encode(), hashlib.sha256).digest()
        return headers.get("authorization") == f"SharedKey {ACCOUNT}:{base64.b64encode(signed).decode()}"

    def listing(self, query: dict[str, str]) -> str:
        cloud, prefix = self.cloud, query.get("prefix", "")
        assert (query["restype"], query["comp"]) == ("container", "list")
        keys, folders, after = cloud.listed(prefix, query.get("delimiter", ""), query.get("marker", ""))
        blobs = "".join(
            f"<Blob><Name>{escape(key)}</Name><Properties><Last-Modified>Tue, 14 Nov 2023 22:13:20 GMT</Last-Modified>"
            f"<Etag>{escape(etag(cloud.objects[key]))}</Etag><Content-Length>{len(cloud.objects[key])}</Content-Length>"
            "<Content-Type>text/plain</Content-Type></Properties></Blob>"
            for key in keys
        )
        blobs += "".join(f"<BlobPrefix><Name>{escape(folder)}</Name></BlobPrefix>" for folder in folders)
        return (
            f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{escape(after)}</NextMarker></EnumerationResults>"
        )


def etag(body: bytes) -> str:
    """What tells one content of an object from another."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


@contextmanager
def serving(face: type[_Handler], cloud: Cloud) -> Iterator[Cloud]:
    """A server with one bucket, for as long as it is needed."""
    handler = type("Handler", (face,), {"cloud": cloud})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    cloud.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()


def google(cloud: Cloud) -> Any:
    """Google Cloud Storage's XML interface."""
    return serving(_Google, cloud)


def azure(cloud: Cloud) -> Any:
    """Azure Blob Storage."""
    return serving(_Azure, cloud)
