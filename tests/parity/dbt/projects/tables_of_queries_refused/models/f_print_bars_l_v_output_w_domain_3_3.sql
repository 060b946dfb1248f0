{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.print_bars('l', 'v', output=namespace(write=[].append), domain=[-3, 3]) %}
{% endif %}
select 1 as id
