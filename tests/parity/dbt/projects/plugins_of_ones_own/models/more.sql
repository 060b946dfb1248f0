select * from {{ source('made', 'more') }}
