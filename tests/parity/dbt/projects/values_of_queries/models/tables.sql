{% set lines = [] %}
{% if execute %}
    {% set t = run_query("select 2 as i, 1.5 as d, 'x' as s, date '2024-01-01' as dt, timestamp '2024-01-01 01:02:03' as ts, true as b, null as z
        union all select 1, 2.5, 'y', null, null, false, null union all select 2, null, 'x', null, null, null, null order by s, i, d") %}
    {% for made in [t, t.exclude(['ts', 'z']), t.select('s'), t.select(['s', 'i']), t.order_by('i'), t.order_by('d'), t.order_by('i', reverse=true),
                    t.limit(1), t.limit(1, 3), t.rename(column_names=['a', 'b', 'c', 'd', 'e', 'f', 'g']), t.rename(column_names={'i': 'eye'}),
                    t.distinct('i'), t.distinct()] %}
        {% do lines.append(made) %}
        {% do lines.append(made.column_names ~ made.rows | length ~ made.rows[0].values() ~ made.columns[0].values()) %}
    {% endfor %}
    {% for type in t.column_types %}
        {% do lines.append(type.jsonify(t.rows[0][loop.index0]) ~ " " ~ type.csvify(t.rows[0][loop.index0])) %}
        {% do lines.append(t.columns[loop.index0].data_type.jsonify(t.rows[1][loop.index0])) %}
    {% endfor %}
    {% do lines.extend([
        t.columns, t.columns[0], t.rows, t.rows[0], t.row_names, t.columns.keys(), t.columns.values(), t.columns['i'].name, t.columns['i'].index,
        t.columns['d'].values_sorted(), t.columns['d'].values_without_nulls_sorted(), t.columns['d'].values_without_nulls(),
        t.rows[0] == t.rows[0], t.rows[0] == t.rows[1], t.rows[0].keys(), t.rows[0].items(), t.columns[-1].values(), t.columns.get('q', 5),
        t is iterable, t is sequence, t is mapping, t.columns['d'].values_without_nulls() | sum, t.columns['d'].values_without_nulls() | max
    ]) %}
    {% set none_there = run_query("select 1 as a, 'x' as b where false") %}
    {% do lines.extend([none_there, none_there.rows | length, none_there.columns[0].values(), none_there.column_names]) %}
    {% do lines.append("a table" if none_there else "nothing") %}
    {% do lines.append("rows" if none_there.rows else "no rows") %}
{% endif %}
{{ said(lines or ["none"]) }}
