{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.group_by('s').print_table() %}
{% endif %}
select 1 as id
