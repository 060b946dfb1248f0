{% set expressions = [
    "1.5::double", "1e-5::double", "1e20::double", "2.0::double", "'nan'::double", "'inf'::double", "0.1::float",
    "1.50::decimal(9, 2)", "10::decimal(9, 0)", "100::hugeint", "12345678901234567890123::hugeint", "sum(3)", "avg(3)",
    "18446744073709551615::ubigint", "1::utinyint", "0.1 + 0.2", "0.0000001::decimal(18, 7)",
    "[1, 2]", "['a', null, 'ü']", "[1.5::double, 'nan'::double]", "[[1], []]", "[true]", "array_value(1, 2)",
    "{'a': 1, 'b': 'x', 'c': null}", "[{'a': 1.5::decimal(3, 1)}]", "{'t': timestamp '2024-01-02 03:04:05'}",
    "[date '2024-01-01']", "[time '03:04:05.5']", "[interval '1 day']", "['abc'::blob]", "map {'k': 1}", "map {1: 'v'}",
    "date '2024-01-02'", "date 'infinity'", "date '-infinity'", "timestamp 'infinity'", "timestamp '-infinity'",
    "timestamp '2024-01-02 03:04:05'", "timestamp '2024-01-02 03:04:05.123'", "timestamp_s '2024-01-02 03:04:05'",
    "timestamp_ns '2024-01-02 03:04:05.123456789'",
    "time '03:04:05'", "time '03:04:05.5'", "interval '1 day 2 hours'", "interval '3 months'", "interval '-1 day'",
    "interval '1.5 seconds'", "uuid '00000000-0000-0000-0000-000000000001'", "'abc'::blob", "'\\x00\\xFF'::blob",
    "'\"x\"'::json", "'{\"a\":1}'::json", "true", "null", "''", "'null'", "'0.10'", "'a'::enum('a', 'b')", "union_value(n := 1)", "'101'::bit", "'00101010101'::bit", "['101'::bit, null]", "{'a': '11'::bit}", "map {'k': '1'::bit}", "'123456789012345678901234567890123456789012'::bignum"
] %}
{% set lines = [] %}
{% if execute %}
    {% for expression in expressions %}
        {% set value = run_query("select " ~ expression ~ " as v").columns[0].values()[0] %}
        {% set is = [value is string, value is number, value is none, value is mapping, value is iterable, value is boolean] %}
        {% do lines.append(expression ~ ": " ~ value ~ ", " ~ [value] ~ ", " ~ is ~ ", " ~ (1 if value else 0)) %}
    {% endfor %}
{% endif %}
{{ said(lines or ["none"]) }}
