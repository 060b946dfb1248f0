"""Which paginator is made of an answer, and how sure that is."""

import json

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.detector import PaginatorFactory
from requests import Response

ANSWERS = [
    ({"items": [1], "next": "https://x/2"}, {}),
    ({"items": [1], "next": "/2"}, {}),
    ({"items": [1], "next": "abc"}, {}),
    ({"items": [1], "next": 5}, {}),
    ({"items": [1], "next": None}, {}),
    ({"items": [1], "meta": {"next": {"url": "http://x/2"}}}, {}),
    ({"items": [1], "total_pages": 4}, {}),
    ({"items": [1], "total_pages": "x"}, {}),
    ({"items": [1], "pages": 4, "next": "t"}, {}),
    ([1, 2], {"Link": '<https://x/2>; rel="next"'}),
    ([1, 2], {"Link": '<https://x/2>; rel="last"'}),
    ({"id": 1}, {}),
]


def run(dlt, work_dir):
    found = []
    for body, headers in ANSWERS:
        response = Response()
        response.status_code, response._content, response.url = 200, json.dumps(body).encode(), "https://x/1"
        response.headers.update(headers)
        paginator, score = PaginatorFactory().create_paginator(response)
        details = {
            n: str(getattr(paginator, n))
            for n in ("next_url_path", "cursor_path", "total_path")
            if hasattr(paginator, n)
        }
        selector = RESTClient("https://x").detect_data_selector(response)
        found.append([type(paginator).__name__, score, details, selector])
    return found
