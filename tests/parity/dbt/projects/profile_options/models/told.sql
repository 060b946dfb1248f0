{{ config(materialized='table', post_hook=["checkpoint", {"sql": "vacuum", "transaction": false}]) }}
select current_setting('default_order') as o, current_setting('timezone') as z, current_setting('threads')::int as t,
  $${{ target.settings }}$$ as settings, '{{ adapter.disable_transactions() }}' as off
