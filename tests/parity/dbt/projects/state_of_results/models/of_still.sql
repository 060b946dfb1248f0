select * from {{ source('raw', 'still') }}
