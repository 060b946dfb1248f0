{% if execute %}select * from {{ ref('a') }}{% else %}select 0 as a{% endif %}
