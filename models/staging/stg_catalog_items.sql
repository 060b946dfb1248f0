{#-
    Items of the catalogue in the layout of listings. The tables are there once the catalogue has been loaded; until then
    this view has no rows, so that the models build over files alone.
-#}
{%- set items = source('amazon_raw', 'catalog_items') -%}
{%- set summaries = source('amazon_raw', 'catalog_items__summaries') -%}
{%- set list_prices = source('amazon_raw', 'catalog_items__attributes__list_price') -%}

{% if load_relation(summaries) is not none %}

with prices as (

    {% if load_relation(list_prices) is not none %}
    select _dlt_parent_id, min(value) as price from {{ list_prices }} group by _dlt_parent_id
    {% else %}
    select null::varchar as _dlt_parent_id, null::double as price where false
    {% endif %}

)

select
    items.asin as product_id,
    summaries.item_name as title,
    cast(prices.price as varchar) as price_text,
    summaries.browse_classification__display_name as category,
    summaries.brand,
    items._dlt_load_id

from {{ items }} as items
inner join {{ summaries }} as summaries
    on summaries._dlt_parent_id = items._dlt_id and summaries.marketplace_id = items.marketplace_id
left join prices on prices._dlt_parent_id = items._dlt_id
-- One marketplace speaks for an item that was loaded from several: the one that was loaded last.
qualify row_number() over (partition by items.asin order by items._dlt_load_id desc, items.marketplace_id) = 1

{% else %}

select
    null::varchar as product_id,
    null::varchar as title,
    null::varchar as price_text,
    null::varchar as category,
    null::varchar as brand,
    null::varchar as _dlt_load_id
where false

{% endif %}
