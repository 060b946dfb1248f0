select * from {{ source('closed', 'a') }}
