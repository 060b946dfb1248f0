{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set t = made.t %}
    {% do lines.extend([
        t.from_object([{'a': 1, 'b': {'c': 'x'}}, {'a': 2.5, 'd': [1, 2]}]).column_names,
        t.from_object([{'a': 1, 'b': {'c': 'x'}}, {'a': 2.5, 'd': [1, 2]}]).rows[1].values(),
        t.from_object([{'a': 1, 'b': {'c': 'x'}}, {'a': 2.5, 'd': [1, 2]}]),
        t.from_object([1, 2]),
        t.from_object([{'a': '1', 'b': 'yes', 'c': '2024-01-01', 'd': '2024-01-01T10:00:00', 'e': '3:20', 'f': 'n/a', 'g': '$5'}]),
        t.from_object([{'a': '1', 'b': 'yes', 'c': '2024-01-01', 'd': '2024-01-01T10:00:00', 'e': '3:20', 'f': 'n/a', 'g': '$5'}]).rows[0].values(),
        t.from_object([{'a': '7', 'n': 'x'}], row_names='n').rows['x'].values(),
        t.from_object([{'a': '7', 'n': 'x'}], column_types=[t.columns[1].data_type, t.columns[2].data_type]).rows[0].values(),
        t.from_object([{'a': '7', 'n': 'x'}], column_types={'a': t.columns[2].data_type}).rows[0].values(),
        t.from_object([]),
        t.from_object([]).column_names,
        t.from_object([{'a': '2024-01-31'}, {'a': '1/31/2024'}]).columns['a'].values(),
        t.from_object([{'a': '2h 5m'}, {'a': '1:30'}]).columns['a'].values(),
        t.from_object([{'a': 0.5}, {'a': 1}, {'a': none}]).columns['a'].values(),
        t.from_object([{'a': [1, {'b': (2, 3)}]}]).column_names,
        t.from_object({'x': 1}).column_names,
        t.from_object('ab').column_names,
        t.from_object([[1, 2], [3]]).column_names,
        t.from_object([{'a': 1}], row_names=['z']).row_names
    ]) %}
{% endif %}
{{ said(lines or ["none"]) }}
