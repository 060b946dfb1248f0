select id, '{{ target.name }}' as target from {{ ref('a') }}
