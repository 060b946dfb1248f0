select count(*) as n from {{ ref('of_ref') }}
