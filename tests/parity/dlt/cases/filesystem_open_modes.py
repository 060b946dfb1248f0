"""Files that are opened as text and as bytes, packed and not, with and without their content at hand."""

from __future__ import annotations

import gzip


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("one\ntwo\n", "utf-8")
    (folder / "b.txt.gz").write_bytes(gzip.compress(b"three\nfour\n"))
    from dlt.sources.filesystem import filesystem

    found = {}
    for extract in (False, True):
        for mode in ("r", "rt", "rb", None):
            for compression in ("auto", "disable", "enable", "zip"):
                for item in filesystem(bucket_url=str(folder), file_glob="*", extract_content=extract):
                    options = {"compression": compression, **({} if mode is None else {"mode": mode})}
                    name = f"{item['file_name']} {mode} {compression} {extract}"
                    try:
                        with item.open(**options) as stream:
                            content = stream.read()
                        found[name] = (
                            content if isinstance(content, str) else [content.hex()[20:], type(content).__name__]
                        )
                    except Exception as error:
                        found[name] = type(error).__name__
    return found
