{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.columns[1].data_type.cast('x') %}
{% endif %}
select 1 as id
