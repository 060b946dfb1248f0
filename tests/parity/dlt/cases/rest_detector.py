"""What is detected from answers of many forms: where the records are, and how pages go on."""

from dlt.sources.helpers.rest_client.detector import (
    find_all_lists,
    find_next_page_path,
    find_response_page_data,
    find_total_pages_path,
    matches_any_pattern,
    single_entity_path,
)

ANSWERS = [
    [],
    [{"id": 1}],
    {"id": 1, "name": "x"},
    {"data": [1], "meta": {"total_pages": 3}},
    {"meta": {"tags": []}, "results": [{"id": 1}]},
    {"links": [1], "payload": {"items": [{"a": 1}]}},
    {"a": {"b": {"c": {"d": [1]}}}},
    {"a": {"b": {"list": [1]}}, "rows": []},
    {"things": [1], "next": "https://x/?page=2"},
    {"next_page": 2, "items": []},
    {"paging": {"next": {"href": "/x"}}, "items": []},
    {"paging": {"next": {"cursor": "x"}}, "nextPageToken": "t"},
    {"pagination": {"TotalPages": "7"}},
    {"pages": 5, "next": None},
    {"pages": {"total_pages": 5.5}},
    {"next": False, "pages": True},
    "text",
    None,
]


def run(dlt, work_dir):
    return {
        "data": [find_response_page_data(answer) for answer in ANSWERS],
        "next": [find_next_page_path(answer) for answer in ANSWERS],
        "total": [find_total_pages_path(answer) for answer in ANSWERS],
        "lists": find_all_lists({"a": [1], "b": {"c": [2], "d": {"e": [3], "f": {"g": [4]}}}}, result=[]),
        "entity": [single_entity_path(path) for path in ["a/{id}", "a/{id}/b", "{x.y-z}", "a", "a/{}"]],
        "pattern": [matches_any_pattern("NextPage", ["next"]), matches_any_pattern("page_next", ["next"])],
    }
