{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.print_bars('l', output=namespace(write=[].append)) %}
{% endif %}
select 1 as id
