-- the package's name may stand first
select * from {{ ref('parity', 'b') }} union all select * from {{ ref("a") }}
