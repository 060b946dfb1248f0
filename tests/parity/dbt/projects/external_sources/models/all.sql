{% for group, table in [
    ('files', 'orders'), ('files', 'renamed'), ('files', 'called'), ('files', 'quoted'), ('files', 'both'),
    ('raw', 'any'), ('older', 'percent'), ('older', 'dollar'), ('padded', 'orders'),
] %}
select '{{ group }}.{{ table }}' as name, sum(amount::int) as amount from {{ source(group, table) }}
{{ 'union all' if not loop.last }}
{% endfor %}
