{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.print_table(max_rows='x', output=namespace(write=[].append)) %}
{% endif %}
select 1 as id
