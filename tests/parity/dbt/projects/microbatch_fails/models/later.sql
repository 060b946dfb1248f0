select count(*) as n from {{ ref('late') }}
