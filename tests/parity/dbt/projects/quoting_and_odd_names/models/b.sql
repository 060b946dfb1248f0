select "from" + "Mixed Case" as s from {{ ref('select') }}
