select * from {{ ref('helper', 'same_h') }} union all select * from {{ ref('same_h') }}
