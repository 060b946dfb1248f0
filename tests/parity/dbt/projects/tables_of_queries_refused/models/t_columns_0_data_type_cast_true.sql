{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.columns[0].data_type.cast(true) %}
{% endif %}
select 1 as id
