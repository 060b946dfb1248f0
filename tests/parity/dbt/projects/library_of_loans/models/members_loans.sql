{{ config(materialized='table') }}
with counted as (
    select member, count(*) as loans, count(*) filter (where returned is null) as still_out
    from {{ ref('loans_now') }} group by member
)
select members.member, members.name, coalesce(counted.loans, 0) as loans, coalesce(counted.still_out, 0) as still_out
from {{ ref('members') }} as members left join counted using (member)
