{% macro named(identifier) %}
  {{ return(api.Relation.create(database=target.database, schema='side', identifier=identifier, type='table')) }}
{% endmacro %}

{% macro make(name) %}
  {% do run_query('create table ' ~ name ~ ' as select 1 as x') %}
{% endmacro %}

{% macro make_in_transaction(name) %}
  {% call statement('made') %}create table {{ name }} as select 1 as x{% endcall %}
{% endmacro %}

{# What `adapter` is asked for, by the name that a step gives. #}
{% macro ask(what) %}
  {% if what == 'get_relation' %}{% do adapter.get_relation(target.database, 'side', 'here') %}
  {% elif what == 'load_relation' %}{% do load_relation(named('here')) %}
  {% elif what == 'get_columns_in_relation' %}{% do adapter.get_columns_in_relation(named('here')) %}
  {% elif what == 'columns_of_what_is_not_there' %}{% do adapter.get_columns_in_relation(named('absent')) %}
  {% elif what == 'get_missing_columns' %}{% do adapter.get_missing_columns(named('here'), named('absent')) %}
  {% elif what == 'check_schema_exists' %}{% do adapter.check_schema_exists(target.database, 'side') %}
  {% elif what == 'get_column_schema_from_query' %}{% do adapter.get_column_schema_from_query('select 1 as x') %}
  {% elif what == 'create_schema' %}{% do adapter.create_schema(api.Relation.create(database=target.database, schema='fresh')) %}
  {% elif what == 'drop_schema' %}{% do adapter.drop_schema(api.Relation.create(database=target.database, schema='fresh')) %}
  {% elif what == 'list_other' %}{% do adapter.get_relation(target.database, 'other', 'absent') %}
  {% elif what == 'drop_other' %}{% do adapter.drop_schema(api.Relation.create(database=target.database, schema='other')) %}
  {% elif what == 'truncate_relation' %}{% do adapter.truncate_relation(named('here')) %}
  {% elif what == 'rename_relation' %}{% do adapter.rename_relation(named('here'), named('there')) %}
  {% elif what == 'drop_relation' %}{% do adapter.drop_relation(named('absent')) %}
  {% elif what == 'execute' %}{% do adapter.execute('select 1', auto_begin=true) %}
  {% elif what == 'add_query' %}{% do adapter.add_query('select 1') %}
  {% elif what == 'location_exists' %}{% do adapter.location_exists('nowhere.parquet') %}
  {% elif what == 'commit' %}{% do adapter.commit() %}
  {% elif what == 'begin' %}{% do run_query('begin') %}
  {% elif what == 'sql_commit' %}{% do run_query('commit') %}
  {% elif what == 'sql_rollback' %}{% do run_query('rollback') %}
  {% else %}{% do exceptions.raise_compiler_error('ask what?') %}
  {% endif %}
{% endmacro %}

{# Asks, makes a table by `run_query`, asks something else. #}
{% macro between(first, then=none, name='made') %}
  {% for what in ([first] if first is string else first) %}{% do ask(what) %}{% endfor %}
  {% do make(name) %}
  {% if then %}{% do ask(then) %}{% endif %}
{% endmacro %}

{# Makes a table in a transaction, asks, and makes another one. #}
{% macro behind(asked, name='early') %}
  {% do make_in_transaction(name) %}
  {% for what in ([asked] if asked is string else asked) %}{% do ask(what) %}{% endfor %}
  {% do make(name ~ '_and_late') %}
{% endmacro %}

{% macro fails(asked=none) %}
  {% if asked %}{% do ask(asked) %}{% endif %}
  {% do make('before_it_fails') %}
  {% do run_query('select nonsense') %}
{% endmacro %}
