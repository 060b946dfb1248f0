{{ config(materialized='table') }}
select member, name, dbt_valid_to is not null as has_left, dbt_is_deleted from {{ ref('members_history') }}
