{% set made = tables() %}
{% set e = made.e %}
{% if execute %}
    {% do e.print_bars('b', 'a', output=namespace(write=[].append)) %}
{% endif %}
select 1 as id
