{% if execute %}{% do run_query("insert into counted values (3); select nonsense") %}{% endif %}
select 1 as x
