{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set q, t, u = made.q, made.t, made.u %}
    {% do lines.extend([
        t.rename(column_names=['a', 'b', 'c', 'd', 'e', 'f', 'a']).column_names,
        t.rename(column_names=['a', 'b', 'c', 'd', 'e', 'f', none]).column_names,
        t.rename(column_names='abcdefg').column_names,
        t.rename(column_names=[]).column_names,
        t.rename(column_names={'i': 'eye', 'nope': 'x'}).column_names,
        t.rename({'i': 'eye'}).rows[0].keys(),
        t.rename(column_names={'i': 's'}).column_names,
        t.rename().column_names,
        q.rename(slug_columns=true).column_names,
        q.rename(slug_columns=true, separator='-').column_names,
        q.rename(column_names=['A b', 'a-B', 'x', 'y'], slug_columns=true).column_names,
        u.rename(row_names='w').row_names,
        u.rename(row_names='w').rows['one'],
        u.rename(row_names='w').rows[0],
        u.rename(row_names='w').rows.keys(),
        u.rename(row_names='w').columns['n'].items(),
        u.rename(row_names='w').columns['n']['two'],
        u.rename(row_names='w')['two'],
        u.rename(row_names=['a', 'b', 'c', 'd']).rows.dict() | length,
        u.rename(row_names=['a', 'b', 'c', 'd']).rows.d,
        u.rename(row_names=['a', 'b', 'c', 'd']).rename(row_names={'a': 'z'}).row_names,
        u.rename(row_names=['A a', 'A-a', 'c', 'd'], slug_rows=true).row_names,
        u.rename(row_names=first_cell).row_names,
        u.rename(row_names='w').limit(2).row_names,
        u.rename(row_names='w').order_by('n', reverse=true).row_names,
        u.rename(row_names='w').where(is_y).row_names,
        u.rename(row_names='w').distinct('s').row_names,
        u.rename(row_names='w').select(['n']).row_names,
        u.rename(row_names='w').rename(column_names=['a', 'b', 'c']).row_names
    ]) %}
{% endif %}
{{ said(lines or ["none"]) }}
