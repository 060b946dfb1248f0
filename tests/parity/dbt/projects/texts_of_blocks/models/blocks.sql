select id, '{{ var("kept") | length }} {{ config.get("meta").said | length }} {{ config.get("meta").own }}' as told
from {{ source('here', 'given') }}
-- depends_on: {{ ref('numbers') }}
