{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.columns[3].data_type.cast('2/3/2024') %}
{% endif %}
select 1 as id
