{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.print_table(max_rows=2, output=namespace(write=[].append), locale='xx_nope') %}
{% endif %}
select 1 as id
