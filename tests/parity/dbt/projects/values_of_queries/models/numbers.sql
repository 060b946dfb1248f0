{% set lines = [] %}
{% if execute %}
    {% for expression in ["1.5::double", "-2.50::decimal(9, 2)", "0.1::double", "1e20::double", "0.00::decimal(4, 2)", "2.675", "999999999999999999.5"] %}
        {% set d = run_query("select " ~ expression ~ " as v").columns[0][0] %}
        {% do lines.extend([
            d + 1, 1 - d, d * d, d - d, d / 3, 1 / (d + 3), d // 1, d % 1, d ** 2, (d + 7) ** -1, -d, +d, d * 1000000000000000000000000000000,
            d | round, d | round(1), d | round(0, 'ceil'), d | round(0, 'floor'), d | int, d | float, d | abs, d | string,
            "%.2f" | format(d), "%d" % d, "%s" % d, "{:,.3f}".format(d), "{}".format(d), "{:>8}".format(d), "{:.1%}".format(d),
            d == 1.5, d != 1.5, d > 1, d < 0.1, d == 0.1, d >= d, d in [1.5, 2], [d, 3, 0.5] | max, [d, 3, 0.5] | sort, [d, 1] | sum,
            {1.5: "found"}.get(d, "not found"), {d: "found"}.get(1.5, "not found"), d.is_nan(), d.is_signed(), d.normalize(), d is number,
            d | string | length
        ]) %}
    {% endfor %}
{% endif %}
{{ said(lines or ["none"]) }}
