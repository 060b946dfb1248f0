{# Seeds, snapshots and tests in dbt's own steps, for when a macro that one of these asks for is a project's. #}

{% materialization seed, default %}
    {%- set is_refreshed = should_full_refresh() -%}
    {%- set existing = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
    {%- set there = existing is not none and existing.is_table -%}
    {%- set agate_table = load_agate_table() -%}
    {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing is not none and existing.is_view -%}
        {{ exceptions.raise_compiler_error('cannot load the seed into ' ~ existing.render() ~ ': it is a view; drop it, or give the seed another alias') }}
    {%- endif -%}
    {%- set made = reset_csv_table(model, is_refreshed, existing, agate_table) if there else create_csv_table(model, agate_table) -%}
    {%- set code, count = 'CREATE' if is_refreshed else 'INSERT', agate_table.rows | length -%}
    {%- set filled = load_csv_rows(model, agate_table) if count > 0 else '' -%}
    {%- call noop_statement('main', code ~ ' ' ~ count, code, count) -%}{{ get_csv_sql(made, filled) }};{%- endcall -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, is_refreshed)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if is_refreshed or not there -%}{%- do create_indexes(target_relation) -%}{%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization snapshot, default %}
    {%- set exists, target_relation = get_or_create_relation(database=model.database, schema=model.schema, identifier=model.get('alias', model.get('name')), type='table') -%}
    {%- if not target_relation.is_table -%}{%- do exceptions.relation_wrong_type(target_relation, 'table') -%}{%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set strategy = strategy_dispatch(config.get('strategy'))(model, 'snapshotted_data', 'source_data', model['config'], exists) -%}
    {%- if not exists -%}
        {%- set rows_sql = build_snapshot_table(strategy, model['compiled_code']) -%}
        {%- set final_sql = create_table_as(False, target_relation, rows_sql) -%}
    {%- else -%}
        {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
        {{ adapter.assert_valid_snapshot_target_given_strategy(target_relation, columns, strategy) }}
        {%- set rows_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
        {%- set staging_table = build_snapshot_staging_table(strategy, sql, target_relation) -%}
        {%- do adapter.expand_target_column_types(from_relation=staging_table, to_relation=target_relation) -%}
        {%- set helpers = ['dbt_change_type', 'DBT_CHANGE_TYPE', 'dbt_unique_key', 'DBT_UNIQUE_KEY'] -%}
        {%- if strategy.unique_key is not string -%}
            {%- for key in strategy.unique_key -%}{%- do helpers.extend(['dbt_unique_key_' ~ loop.index, 'DBT_UNIQUE_KEY_' ~ loop.index]) -%}{%- endfor -%}
        {%- endif -%}
        {%- do create_columns(target_relation, adapter.get_missing_columns(staging_table, target_relation) | rejectattr('name', 'in', helpers) | list) -%}
        {%- set names = [] -%}
        {%- for column in adapter.get_columns_in_relation(staging_table) | rejectattr('name', 'in', helpers) -%}
            {%- do names.append(adapter.quote(column.name)) -%}
        {%- endfor -%}
        {%- set final_sql = snapshot_merge_sql(target=target_relation, source=staging_table, insert_cols=names) -%}
    {%- endif -%}
    {{ check_time_data_types(rows_sql) }}
    {%- call statement('main') -%}{{ final_sql }}{%- endcall -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(exists, full_refresh_mode=False)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if not exists -%}{%- do create_indexes(target_relation) -%}{%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {%- if staging_table is defined -%}{%- do post_snapshot(staging_table) -%}{%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# One row: how many failures, and whether they are a warning or an error. #}
{% materialization test, default %}
    {%- set header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS -%}
    {%- set main_sql = get_limit_subquery_sql(sql, config.get('limit')) -%}
    {%- set relations = [] -%}
    {%- if should_store_failures() -%}
        {%- set kind = config.get('store_failures_as') or 'table' -%}
        {%- if kind not in ['table', 'view'] -%}
            {{ exceptions.raise_compiler_error('store_failures_as is `ephemeral`, `table` or `view`, not `' ~ kind ~ '`') }}
        {%- endif -%}
        {%- set existing = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
        {%- set kept = api.Relation.create(identifier=model['alias'], schema=schema, database=database, type=kind) -%}
        {%- if existing -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
        {%- call statement(auto_begin=True) -%}{{ header or '' }}{{ get_create_sql(kept, main_sql) }}{%- endcall -%}
        {%- do relations.append(kept) -%}
        {%- set main_sql = 'select * from ' ~ kept -%}
        {{ adapter.commit() }}
    {%- endif -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ header or '' }}{{ get_test_sql(main_sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit=none) }}
    {%- endcall -%}
    {{ return({'relations': relations}) }}
{% endmaterialization %}

{# The rows that came out and those that were expected, each marked as one or the other. #}
{% materialization unit, default %}
    {%- set header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS -%}
    {%- set expected_rows, expected_sql = config.get('expected_rows'), config.get('expected_sql') -%}
    {%- set names = expected_rows[0].keys() if expected_rows else get_columns_in_query(sql) -%}
    {%- set shape = make_temp_relation(this.incorporate(type='table')) -%}
    {%- do run_query(get_create_table_as_sql(True, shape, get_empty_subquery_sql(sql))) -%}
    {%- set types, quoted = {}, {} -%}
    {%- for column in adapter.get_columns_in_relation(shape) -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- do quoted.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}
    {%- set compared = [] -%}
    {%- for name in names -%}{%- do compared.append(quoted[name | lower]) -%}{%- endfor -%}
    {%- set expected_sql = expected_sql or get_expected_sql(expected_rows, types, quoted) -%}
    {%- call statement('main', fetch_result=True) -%}{{ header or '' }}{{ get_unit_test_sql(sql, expected_sql, compared) }}{%- endcall -%}
    {%- do adapter.drop_relation(shape) -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}
