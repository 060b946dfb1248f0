{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.columns[5].data_type.cast('yes') %}
{% endif %}
select 1 as id
