{# Models in dbt's own steps. The runner builds them by paths of its own and comes here when a macro that one of these asks
   for is a project's: a new relation is made beside the old one, the names are exchanged, and the old one goes after the commit. #}

{% materialization view, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set beside = make_intermediate_relation(target_relation) -%}
    {%- set backup = make_backup_relation(target_relation, 'view' if existing is none else existing.type) -%}
    {%- set leftovers = [load_cached_relation(beside), load_cached_relation(backup)] -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- for leftover in leftovers -%}{{ drop_relation_if_exists(leftover) }}{%- endfor -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}{{ get_create_view_as_sql(beside, sql) }}{%- endcall -%}
    {%- set existing = load_cached_relation(existing) if existing is not none -%}
    {%- if existing -%}{{ adapter.rename_relation(existing, backup) }}{%- endif -%}
    {{ adapter.rename_relation(beside, target_relation) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ drop_relation_if_exists(backup) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set language = model['language'] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set beside = make_intermediate_relation(target_relation) -%}
    {%- set backup = make_backup_relation(target_relation, 'table' if existing is none else existing.type) -%}
    {%- set leftovers = [load_cached_relation(beside), load_cached_relation(backup)] -%}
    {%- set stays_in_place = has_foreign_key_constraints(existing) -%}
    {%- set dropped = [] -%}
    {%- for leftover in leftovers -%}{{ drop_relation_if_exists(leftover) }}{%- endfor -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set parts, order = duckdb__get_partitioned_by(target_relation, false), duckdb__get_sorted_by(target_relation, false) -%}
    {%- if stays_in_place and existing is not none -%}{%- set dropped = drop_relation_for_rebuild(existing) -%}{%- endif -%}
    {%- call statement('main', language=language) -%}
        {{- create_table_as(False, target_relation if stays_in_place else beside, compiled_code, language, partitioned_by=parts, sorted_by=order) -}}
    {%- endcall -%}
    {%- if not stays_in_place -%}
        {%- if existing is not none -%}
            {%- do drop_indexes_on_relation(existing) -%}
            {%- if existing.is_table and may_be_foreign_key_target(existing) -%}{%- set dropped = drop_foreign_key_dependents(existing) -%}{%- endif -%}
            {{ adapter.rename_relation(existing, backup) }}
        {%- endif -%}
        {{ adapter.rename_relation(beside, target_relation) }}
    {%- endif -%}
    {%- do restore_foreign_key_dependents(dropped) -%}
    {%- do create_indexes(target_relation) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ drop_relation_if_exists(backup) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization table, default %}{{ return(dbt.materialization_table_duckdb()) }}{% endmaterialization %}

{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set language = model['language'] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set beside = make_intermediate_relation(target_relation) -%}
    {%- set backup = make_backup_relation(target_relation, 'table' if existing is none else existing.type) -%}
    {%- set is_whole = existing is none or should_full_refresh() or existing.is_view -%}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
    {%- set parts = duckdb__get_partitioned_by(target_relation, false) if is_whole -%}
    {%- set order = duckdb__get_sorted_by(target_relation, false) if is_whole -%}
    {%- set leftovers = [load_cached_relation(beside), load_cached_relation(backup)] -%}
    {%- for leftover in leftovers -%}{{ drop_relation_if_exists(leftover) }}{%- endfor -%}
    {%- set gone, dropped = [], [] -%}
    {%- set staged = duckdb__dispatch_temporary_relation(target_relation, adapter.batch_id_for_model(model)) -%}
    {%- if not staged.temporary -%}{%- do gone.append(staged.relation) -%}{%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if is_whole -%}
        {%- set in_place = existing is none or has_foreign_key_constraints(existing) -%}
        {%- if in_place and existing is not none -%}{%- set dropped = drop_relation_for_rebuild(existing) -%}{%- endif -%}
        {%- set build_sql = create_table_as(False, target_relation if in_place else beside, compiled_code, language, partitioned_by=parts, sorted_by=order) -%}
    {%- else -%}
        {%- set staging = create_table_as(staged.temporary, staged.relation, compiled_code, language, partitioned_by=none, sorted_by=none) -%}
        {%- if language == 'python' -%}
            {%- call statement('pre', language=language) -%}{{ staging }}{%- endcall -%}
        {%- else -%}
            {%- do run_query(staging) -%}
        {%- endif -%}
        {%- do adapter.expand_target_column_types(from_relation=staged.relation, to_relation=target_relation) -%}
        {%- set columns = process_schema_changes(on_schema_change, staged.relation, existing) or adapter.get_columns_in_relation(existing) -%}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
        {%- set build_sql = strategy({
            'target_relation': target_relation, 'temp_relation': staged.relation, 'unique_key': config.get('unique_key'),
            'dest_columns': columns, 'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none),
        }) -%}
        {%- set language = 'sql' -%}
    {%- endif -%}
    {%- call statement('main', language=language) -%}{{ build_sql }}{%- endcall -%}
    {%- if is_whole and not in_place -%}
        {%- do drop_indexes_on_relation(target_relation) -%}
        {%- if may_be_foreign_key_target(target_relation) -%}{%- set dropped = drop_foreign_key_dependents(target_relation) -%}{%- endif -%}
        {%- do adapter.rename_relation(existing, backup) -%}
        {%- do adapter.rename_relation(beside, target_relation) -%}
        {%- do gone.append(backup) -%}
    {%- endif -%}
    {%- do restore_foreign_key_dependents(dropped) -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, is_whole)) -%}
    {%- if is_whole -%}{%- do create_indexes(target_relation) -%}{%- endif -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {%- for relation in gone -%}
        {%- do drop_indexes_on_relation(relation) -%}
        {%- do adapter.drop_relation(relation) -%}
    {%- endfor -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization incremental, default %}{{ return(dbt.materialization_incremental_duckdb()) }}{% endmaterialization %}

{# A view of what the other environment has, where there is nothing yet. #}
{% materialization clone, default %}
    {%- if not defer_relation -%}
        {{ log('No relation found in state manifest for ' ~ model.unique_id, info=True) }}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing and not flags.FULL_REFRESH -%}
        {{ log('Relation ' ~ existing ~ ' already exists', info=True) }}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set other = load_cached_relation(defer_relation) -%}
    {%- if not (other and other.type == 'table' and can_clone_table()) -%}
        {%- set name = 'materialization_view_' ~ adapter.type() -%}
        {{ return(context[name if name in context else 'materialization_view_default']()) }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- if existing is not none and not existing.is_table -%}{{ drop_relation_if_exists(existing) }}{%- endif -%}
    {%- if not (target_relation.database == defer_relation.database and target_relation.schema == defer_relation.schema
        and target_relation.identifier == defer_relation.identifier) -%}
        {%- call statement('main') -%}{{ create_or_replace_clone(target_relation, defer_relation) }}{%- endcall -%}
    {%- endif -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
