select {{ dbt_utils.star(ref('passing')) }} from {{ ref('passing') }}
