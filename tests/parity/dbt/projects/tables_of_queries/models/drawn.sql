{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set e, f, p, q, t, u = made.e, made.f, made.p, made.q, made.t, made.u %}
    {% set parts = [] %}{% do t.print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(5, output=namespace(write=parts.append), max_precision=0) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(5, 2, namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_rows=0, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_columns=0, max_rows=2, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_rows=-1, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_rows=none, max_columns=none, max_precision=none, max_column_width=none, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_column_width=5, max_rows=3, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_column_width=2, max_rows=3, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_column_width=1, max_columns=1, max_rows=3, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_rows=2, output=namespace(write=parts.append), locale='de_DE') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do q.print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do e.print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.select([]).print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.print_structure(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.print_structure(output=namespace(write=parts.append), max_rows=2) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do q.print_structure(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.group_by('s').print_structure(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.group_by('s').print_structure(max_rows=1, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.group_by('d').print_structure(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.print_html(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_html(max_rows=2, max_columns=2, output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do q.print_html(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.print_bars('group', output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.print_bars('group', 'v', output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.print_bars(output=namespace(write=parts.append), width=60) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_bars('l', 'v', output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_bars('l', 'v', output=namespace(write=parts.append), width=80, printable=true) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_bars('l', 'v', output=namespace(write=parts.append), domain=[-30000, 30000]) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.limit(15).print_bars('l', 'v', output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.pivot('s').print_bars('s', output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.pivot('k').print_bars('k', output=namespace(write=parts.append), width=40) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_rows=2, output=namespace(write=parts.append), locale='de_DE') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_table(max_rows=2, output=namespace(write=parts.append), locale='zh_TW') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do f.print_html(max_rows=2, output=namespace(write=parts.append), locale='fr') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.select([]).print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.print_table(output=namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.print_structure(namespace(write=parts.append), 0) %}{% do lines.append(parts | join) %}
{% endif %}
{{ said(lines or ["none"]) }}
