select * from {{ ref('semi') }}
