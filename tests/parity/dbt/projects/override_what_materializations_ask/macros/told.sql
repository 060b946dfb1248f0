{# Each of dbt's macros by its name: it notes that it was asked, and by which node, then does what dbt's does. #}
{% macro told(name) %}
  {%- if execute and model is defined and model.resource_type in ('model', 'seed', 'snapshot') -%}
    {%- do adapter.execute("insert into main.told select '" ~ name ~ "', '" ~ model.name ~ "' where not exists (select 1 from main.told where macro = '" ~ name ~ "' and node = '" ~ model.name ~ "')") -%}
  {%- endif -%}
{% endmacro %}

{# What `adapter` calls is told without the node, which dbt does not show it. #}
{% macro told_alone(name) %}
  {%- do adapter.execute("insert into main.told select '" ~ name ~ "', '' where not exists (select 1 from main.told where macro = '" ~ name ~ "' and node = '')") -%}
{% endmacro %}

{% macro statement(name=None, fetch_result=False, auto_begin=True, language='sql') %}
  {%- do told('statement') -%}{%- set body = caller() -%}
  {%- call dbt.statement(name, fetch_result, auto_begin, language) -%}{{ body }}{%- endcall -%}
{% endmacro %}
{% macro noop_statement(name=None, message=None, code=None, rows_affected=None, res=None) %}
  {%- do told('noop_statement') -%}{%- set body = caller() -%}
  {%- call dbt.noop_statement(name, message, code, rows_affected, res) -%}{{ body }}{%- endcall -%}
{% endmacro %}
{% macro run_query(sql) %}{% do told('run_query') %}{{ return(dbt.run_query(sql)) }}{% endmacro %}

{% macro alter_column_comment(relation, column_dict) %}{% do told('alter_column_comment') %}{{ return(dbt.alter_column_comment(relation, column_dict)) }}{% endmacro %}
{% macro alter_column_type(relation, column_name, new_column_type) %}{% do told('alter_column_type') %}{{ return(dbt.alter_column_type(relation, column_name, new_column_type)) }}{% endmacro %}
{% macro alter_relation_add_remove_columns(relation, add_columns=None, remove_columns=None) %}{% do told('alter_relation_add_remove_columns') %}{{ return(dbt.alter_relation_add_remove_columns(relation, add_columns, remove_columns)) }}{% endmacro %}
{% macro alter_relation_comment(relation, relation_comment) %}{% do told('alter_relation_comment') %}{{ return(dbt.alter_relation_comment(relation, relation_comment)) }}{% endmacro %}
{% macro apply_grants(relation, grant_config, should_revoke) %}{% do told('apply_grants') %}{{ return(dbt.apply_grants(relation, grant_config, should_revoke)) }}{% endmacro %}
{% macro assert_columns_equivalent(sql) %}{% do told('assert_columns_equivalent') %}{{ return(dbt.assert_columns_equivalent(sql)) }}{% endmacro %}
{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}{% do told('build_snapshot_staging_table') %}{{ return(dbt.build_snapshot_staging_table(strategy, sql, target_relation)) }}{% endmacro %}
{% macro build_snapshot_table(strategy, sql) %}{% do told('build_snapshot_table') %}{{ return(dbt.build_snapshot_table(strategy, sql)) }}{% endmacro %}
{% macro check_for_schema_changes(source_relation, target_relation) %}{% do told('check_for_schema_changes') %}{{ return(dbt.check_for_schema_changes(source_relation, target_relation)) }}{% endmacro %}
{% macro check_time_data_types(sql) %}{% do told('check_time_data_types') %}{{ return(dbt.check_time_data_types(sql)) }}{% endmacro %}
{% macro copy_grants() %}{% do told('copy_grants') %}{{ return(dbt.copy_grants()) }}{% endmacro %}
{% macro create_columns(relation, columns) %}{% do told('create_columns') %}{{ return(dbt.create_columns(relation, columns)) }}{% endmacro %}
{% macro create_csv_table(model, agate_table) %}{% do told('create_csv_table') %}{{ return(dbt.create_csv_table(model, agate_table)) }}{% endmacro %}
{% macro create_indexes(relation) %}{% do told('create_indexes') %}{{ return(dbt.create_indexes(relation)) }}{% endmacro %}
{% macro create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=None, sorted_by=None) %}{% do told('create_table_as') %}{{ return(dbt.create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by)) }}{% endmacro %}
{% macro create_view_as(relation, sql) %}{% do told('create_view_as') %}{{ return(dbt.create_view_as(relation, sql)) }}{% endmacro %}
{% macro diff_column_data_types(source_columns, target_columns) %}{% do told('diff_column_data_types') %}{{ return(dbt.diff_column_data_types(source_columns, target_columns)) }}{% endmacro %}
{% macro diff_columns(source_columns, target_columns) %}{% do told('diff_columns') %}{{ return(dbt.diff_columns(source_columns, target_columns)) }}{% endmacro %}
{% macro drop_foreign_key_dependents(relation) %}{% do told('drop_foreign_key_dependents') %}{{ return(dbt.drop_foreign_key_dependents(relation)) }}{% endmacro %}
{% macro drop_indexes_on_relation(relation) %}{% do told('drop_indexes_on_relation') %}{{ return(dbt.drop_indexes_on_relation(relation)) }}{% endmacro %}
{% macro drop_relation(relation) %}{% do told_alone('drop_relation') %}{{ return(dbt.drop_relation(relation)) }}{% endmacro %}
{% macro drop_relation_for_rebuild(relation) %}{% do told('drop_relation_for_rebuild') %}{{ return(dbt.drop_relation_for_rebuild(relation)) }}{% endmacro %}
{% macro drop_relation_if_exists(relation) %}{% do told('drop_relation_if_exists') %}{{ return(dbt.drop_relation_if_exists(relation)) }}{% endmacro %}
{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}{% do told('duckdb__dispatch_temporary_relation') %}{{ return(dbt.duckdb__dispatch_temporary_relation(target_relation, batch_id)) }}{% endmacro %}
{% macro duckdb__get_partitioned_by(relation, temporary) %}{% do told('duckdb__get_partitioned_by') %}{{ return(dbt.duckdb__get_partitioned_by(relation, temporary)) }}{% endmacro %}
{% macro duckdb__get_sorted_by(relation, temporary) %}{% do told('duckdb__get_sorted_by') %}{{ return(dbt.duckdb__get_sorted_by(relation, temporary)) }}{% endmacro %}
{% macro duckdb_escape_comment(comment) %}{% do told('duckdb_escape_comment') %}{{ return(dbt.duckdb_escape_comment(comment)) }}{% endmacro %}
{% macro enforced_constraint_types() %}{% do told('enforced_constraint_types') %}{{ return(dbt.enforced_constraint_types()) }}{% endmacro %}
{% macro existing_constraint_types(relation) %}{% do told('existing_constraint_types') %}{{ return(dbt.existing_constraint_types(relation)) }}{% endmacro %}
{% macro format_columns(columns) %}{% do told('format_columns') %}{{ return(dbt.format_columns(columns)) }}{% endmacro %}
{% macro get_assert_columns_equivalent(sql) %}{% do told('get_assert_columns_equivalent') %}{{ return(dbt.get_assert_columns_equivalent(sql)) }}{% endmacro %}
{% macro get_batch_size() %}{% do told('get_batch_size') %}{{ return(dbt.get_batch_size()) }}{% endmacro %}
{% macro get_binding_char() %}{% do told('get_binding_char') %}{{ return(dbt.get_binding_char()) }}{% endmacro %}
{% macro get_column_names() %}{% do told('get_column_names') %}{{ return(dbt.get_column_names()) }}{% endmacro %}
{% macro get_column_schema_from_query(select_sql, select_sql_header=None) %}{% do told('get_column_schema_from_query') %}{{ return(dbt.get_column_schema_from_query(select_sql, select_sql_header)) }}{% endmacro %}
{% macro get_columns_in_query(select_sql) %}{% do told('get_columns_in_query') %}{{ return(dbt.get_columns_in_query(select_sql)) }}{% endmacro %}
{% macro get_create_index_sql(relation, index_dict) %}{% do told('get_create_index_sql') %}{{ return(dbt.get_create_index_sql(relation, index_dict)) }}{% endmacro %}
{% macro get_create_table_as_sql(temporary, relation, sql) %}{% do told('get_create_table_as_sql') %}{{ return(dbt.get_create_table_as_sql(temporary, relation, sql)) }}{% endmacro %}
{% macro get_create_view_as_sql(relation, sql) %}{% do told('get_create_view_as_sql') %}{{ return(dbt.get_create_view_as_sql(relation, sql)) }}{% endmacro %}
{% macro get_csv_sql(create_or_truncate_sql, insert_sql) %}{% do told('get_csv_sql') %}{{ return(dbt.get_csv_sql(create_or_truncate_sql, insert_sql)) }}{% endmacro %}
{% macro get_dbt_valid_to_current(strategy, columns) %}{% do told('get_dbt_valid_to_current') %}{{ return(dbt.get_dbt_valid_to_current(strategy, columns)) }}{% endmacro %}
{% macro get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}{% do told('get_delete_insert_merge_sql') %}{{ return(dbt.get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates)) }}{% endmacro %}
{% macro get_empty_schema_sql(columns) %}{% do told('get_empty_schema_sql') %}{{ return(dbt.get_empty_schema_sql(columns)) }}{% endmacro %}
{% macro get_empty_subquery_sql(select_sql, select_sql_header=None) %}{% do told('get_empty_subquery_sql') %}{{ return(dbt.get_empty_subquery_sql(select_sql, select_sql_header)) }}{% endmacro %}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}{% do told('get_expected_sql') %}{{ return(dbt.get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted)) }}{% endmacro %}
{% macro get_incremental_append_sql(arg_dict) %}{% do told('get_incremental_append_sql') %}{{ return(dbt.get_incremental_append_sql(arg_dict)) }}{% endmacro %}
{% macro get_incremental_delete_insert_sql(arg_dict) %}{% do told('get_incremental_delete_insert_sql') %}{{ return(dbt.get_incremental_delete_insert_sql(arg_dict)) }}{% endmacro %}
{% macro get_insert_into_sql(target_relation, temp_relation, dest_columns) %}{% do told('get_insert_into_sql') %}{{ return(dbt.get_insert_into_sql(target_relation, temp_relation, dest_columns)) }}{% endmacro %}
{% macro get_or_create_relation(database, schema, identifier, type) %}{% do told('get_or_create_relation') %}{{ return(dbt.get_or_create_relation(database, schema, identifier, type)) }}{% endmacro %}
{% macro get_seed_column_quoted_csv(model, column_names) %}{% do told('get_seed_column_quoted_csv') %}{{ return(dbt.get_seed_column_quoted_csv(model, column_names)) }}{% endmacro %}
{% macro get_select_subquery(sql) %}{% do told('get_select_subquery') %}{{ return(dbt.get_select_subquery(sql)) }}{% endmacro %}
{% macro get_snapshot_get_time_data_type() %}{% do told('get_snapshot_get_time_data_type') %}{{ return(dbt.get_snapshot_get_time_data_type()) }}{% endmacro %}
{% macro get_snapshot_table_column_names() %}{% do told('get_snapshot_table_column_names') %}{{ return(dbt.get_snapshot_table_column_names()) }}{% endmacro %}
{% macro get_table_columns_and_constraints() %}{% do told('get_table_columns_and_constraints') %}{{ return(dbt.get_table_columns_and_constraints()) }}{% endmacro %}
{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) %}{% do told('get_unit_test_sql') %}{{ return(dbt.get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names)) }}{% endmacro %}
{% macro get_updated_at_column_data_type(snapshot_sql) %}{% do told('get_updated_at_column_data_type') %}{{ return(dbt.get_updated_at_column_data_type(snapshot_sql)) }}{% endmacro %}
{% macro has_foreign_key_constraints(relation=None) %}{% do told('has_foreign_key_constraints') %}{{ return(dbt.has_foreign_key_constraints(relation)) }}{% endmacro %}
{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') %}{% do told('incremental_validate_on_schema_change') %}{{ return(dbt.incremental_validate_on_schema_change(on_schema_change, default)) }}{% endmacro %}
{% macro load_csv_rows(model, agate_table) %}{% do told('load_csv_rows') %}{{ return(dbt.load_csv_rows(model, agate_table)) }}{% endmacro %}
{% macro make_backup_relation(base_relation, backup_relation_type, suffix='__dbt_backup') %}{% do told('make_backup_relation') %}{{ return(dbt.make_backup_relation(base_relation, backup_relation_type, suffix)) }}{% endmacro %}
{% macro make_intermediate_relation(base_relation, suffix='__dbt_tmp') %}{% do told('make_intermediate_relation') %}{{ return(dbt.make_intermediate_relation(base_relation, suffix)) }}{% endmacro %}
{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') %}{% do told('make_temp_relation') %}{{ return(dbt.make_temp_relation(base_relation, suffix)) }}{% endmacro %}
{% macro may_be_foreign_key_target(relation=None) %}{% do told('may_be_foreign_key_target') %}{{ return(dbt.may_be_foreign_key_target(relation)) }}{% endmacro %}
{% macro persist_docs(relation, model, for_relation=True, for_columns=True) %}{% do told('persist_docs') %}{{ return(dbt.persist_docs(relation, model, for_relation, for_columns)) }}{% endmacro %}
{% macro post_snapshot(staging_relation) %}{% do told('post_snapshot') %}{{ return(dbt.post_snapshot(staging_relation)) }}{% endmacro %}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) %}{% do told('process_schema_changes') %}{{ return(dbt.process_schema_changes(on_schema_change, source_relation, target_relation)) }}{% endmacro %}
{% macro rename_relation(from_relation, to_relation) %}{% do told_alone('rename_relation') %}{{ return(dbt.rename_relation(from_relation, to_relation)) }}{% endmacro %}
{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) %}{% do told('reset_csv_table') %}{{ return(dbt.reset_csv_table(model, full_refresh, old_relation, agate_table)) }}{% endmacro %}
{% macro restore_foreign_key_dependents(dropped) %}{% do told('restore_foreign_key_dependents') %}{{ return(dbt.restore_foreign_key_dependents(dropped)) }}{% endmacro %}
{% macro run_hooks(hooks, inside_transaction=True) %}{% do told('run_hooks') %}{{ return(dbt.run_hooks(hooks, inside_transaction)) }}{% endmacro %}
{% macro should_revoke(existing_relation, full_refresh_mode=True) %}{% do told('should_revoke') %}{{ return(dbt.should_revoke(existing_relation, full_refresh_mode)) }}{% endmacro %}
{% macro snapshot_get_time() %}{% do told('snapshot_get_time') %}{{ return(dbt.snapshot_get_time()) }}{% endmacro %}
{% macro snapshot_hash_arguments(args) %}{% do told('snapshot_hash_arguments') %}{{ return(dbt.snapshot_hash_arguments(args)) }}{% endmacro %}
{% macro snapshot_merge_sql(target, source, insert_cols) %}{% do told('snapshot_merge_sql') %}{{ return(dbt.snapshot_merge_sql(target, source, insert_cols)) }}{% endmacro %}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) %}{% do told('snapshot_staging_table') %}{{ return(dbt.snapshot_staging_table(strategy, source_sql, target_relation)) }}{% endmacro %}
{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}{% do told('snapshot_timestamp_strategy') %}{{ return(dbt.snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists)) }}{% endmacro %}
{% macro strategy_dispatch(name) %}{% do told('strategy_dispatch') %}{{ return(dbt.strategy_dispatch(name)) }}{% endmacro %}
{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}{% do told('sync_column_schemas') %}{{ return(dbt.sync_column_schemas(on_schema_change, target_relation, schema_changes_dict)) }}{% endmacro %}
{% macro table_columns_and_constraints() %}{% do told('table_columns_and_constraints') %}{{ return(dbt.table_columns_and_constraints()) }}{% endmacro %}
{% macro truncate_relation(relation) %}{% do told_alone('truncate_relation') %}{{ return(dbt.truncate_relation(relation)) }}{% endmacro %}
{% macro unique_key_fields(unique_key) %}{% do told('unique_key_fields') %}{{ return(dbt.unique_key_fields(unique_key)) }}{% endmacro %}
{% macro unique_key_is_not_null(unique_key, identifier) %}{% do told('unique_key_is_not_null') %}{{ return(dbt.unique_key_is_not_null(unique_key, identifier)) }}{% endmacro %}
{% macro unique_key_is_null(unique_key, identifier) %}{% do told('unique_key_is_null') %}{{ return(dbt.unique_key_is_null(unique_key, identifier)) }}{% endmacro %}
{% macro unique_key_join_on(unique_key, identifier, from_identifier) %}{% do told('unique_key_join_on') %}{{ return(dbt.unique_key_join_on(unique_key, identifier, from_identifier)) }}{% endmacro %}
{% macro validate_doc_columns(relation, column_dict, existing_column_names) %}{% do told('validate_doc_columns') %}{{ return(dbt.validate_doc_columns(relation, column_dict, existing_column_names)) }}{% endmacro %}
