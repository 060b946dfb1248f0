"""Arguments that make no paginator are refused, with the class that dlt raises."""

from dlt.sources.helpers.rest_client.paginators import (
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    RangePaginator,
)


def refused(make):
    try:
        make()
    except Exception as error:
        return type(error).__name__
    return None


def run(dlt, work_dir):
    return [
        refused(make)
        for make in (
            lambda: PageNumberPaginator(total_path=None, stop_after_empty_page=False),
            lambda: PageNumberPaginator(page_param="", page_body_path=""),
            lambda: PageNumberPaginator(page_param="p", page_body_path="p"),
            lambda: OffsetPaginator(5, offset_param="o", offset_body_path="o"),
            lambda: OffsetPaginator(5, limit_param="o", limit_body_path="o"),
            lambda: OffsetPaginator(5, total_path=None, stop_after_empty_page=False),
            lambda: OffsetPaginator(5, total_path=None, maximum_offset=3, stop_after_empty_page=False),
            lambda: RangePaginator(None, 0, 1),
            lambda: RangePaginator("a", 0, 1, stop_after_empty_page=False),
            lambda: JSONResponseCursorPaginator("a", "b", "c"),
            lambda: PageNumberPaginator(page=0, base_page=1),
        )
    ]
