select book, count(distinct member) as readers, max({{ days_out('borrowed', 'returned') }}) as longest
from {{ ref('loans_now') }} group by book
