{% macro told(results) %}
  {%- for result in results %}
    {%- set config = result.node.config %}
    {%- set full = config.full_refresh %}
    {%- if full is none %}{% set full = flags.FULL_REFRESH %}{% endif %}
    {%- set said = [full, config.no_such_setting, config['no_such_setting'], config.get('no_such_setting', 3),
                    config.get('materialized'), config.meta_get('who', 'nobody'),
                    'materialized' in config, config is mapping, config.to_dict().materialized, config.meta, config.meta.get('who'), config.tags] %}
    {%- for one in said %}
insert into told values ('{{ result.node.unique_id }}', '{{ loop.index }}', $${{ one }}$$);
    {%- endfor %}
  {%- endfor %}
insert into told values ('environment', '{{ flags.WHICH }}', $${{ dbt_metadata_envs.items() | sort }}$$);
{% endmacro %}
