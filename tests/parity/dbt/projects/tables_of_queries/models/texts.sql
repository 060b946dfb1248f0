{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set e, p, q, t, u = made.e, made.p, made.q, made.t, made.u %}
    {% set parts = [] %}{% do u.to_csv(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.to_csv(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do q.to_csv(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do e.to_csv(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.select('w').to_csv(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), delimiter=';') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), quoting=1) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), quoting=2) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), quoting=3, escapechar='#') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), quotechar="'") %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), doublequote=false, escapechar='#') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), lineterminator=';') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), line_numbers=true) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), quoting=2, line_numbers=true) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), dialect='excel-tab') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do p.to_csv(namespace(write=parts.append), dialect='unix') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.to_json(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.to_json(namespace(write=parts.append), indent=2) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do t.to_json(namespace(write=parts.append), newline=true) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.to_json(namespace(write=parts.append), key='w') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.to_json(namespace(write=parts.append), 'n') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.to_json(namespace(write=parts.append), sort_keys=true) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.to_json(namespace(write=parts.append), indent=0) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.to_json(namespace(write=parts.append), indent=-1) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do q.to_json(namespace(write=parts.append), ensure_ascii=false) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do e.to_json(namespace(write=parts.append)) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do e.to_json(namespace(write=parts.append), key='nope') %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.group_by('s').to_json(namespace(write=parts.append), nested=true) %}{% do lines.append(parts | join) %}
    {% set parts = [] %}{% do u.group_by('s').to_json(namespace(write=parts.append), nested=true, indent=1) %}{% do lines.append(parts | join) %}
{% endif %}
{{ said(lines or ["none"]) }}
