{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set t = made.t %}
    {% do lines.extend([
        t.columns[0].data_type.jsonify(3),
        t.columns[0].data_type.cast(5),
        t.columns[0].data_type.test('5'),
        t.columns[1].data_type.cast('$1,234.50'),
        t.columns[1].data_type.cast('-5%'),
        t.columns[1].data_type.cast(3),
        t.columns[1].data_type.cast(0.1),
        t.columns[1].data_type.cast('null'),
        t.columns[2].data_type.cast(3),
        t.columns[2].data_type.cast(''),
        t.columns[3].data_type.cast('2024-02-03'),
        t.columns[3].data_type.test(3),
        t.columns[4].data_type.cast('2024-02-03 04:05:06'),
        t.columns[4].data_type.cast(t.rows[0].dt),
        t.columns[5].data_type.cast('true'),
        t.columns[5].data_type.cast(1),
        t.columns[0].data_type.null_values,
        t.columns[2].data_type.null_values,
        t.columns[5].data_type.true_values,
        t.columns[3].data_type.date_format,
        t.columns[4].data_type.datetime_format,
        t.columns[1].data_type.group_symbol,
        t.columns[4].data_type.csvify(t.rows[0].ts),
        t.columns[4].data_type.jsonify(t.rows[0].ts),
        t.columns[1].data_type.csvify(t.rows[0].d),
        t.columns[1].data_type.jsonify(t.rows[0].d),
        t.columns[5].data_type.csvify(true),
        t.columns[6].data_type.jsonify(none)
    ]) %}
{% endif %}
{{ said(lines or ["none"]) }}
