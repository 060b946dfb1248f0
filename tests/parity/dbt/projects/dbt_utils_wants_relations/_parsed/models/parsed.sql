select {{ dbt_utils.star(none) }} from {{ ref('base') }}
