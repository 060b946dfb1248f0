select {{ dbt_utils.star(ref('base')) }} from {{ ref('base') }}
