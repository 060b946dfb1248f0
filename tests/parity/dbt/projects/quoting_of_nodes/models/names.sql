{{ config(materialized='view', post_hook="comment on view {{ this }} is 'seen'") }}
select * from {{ ref('inner') }}
-- {{ ref('numbers') }} {{ ref('letters') }} {{ ref('kept') }} {{ this.include(database=false) }} {{ this.without_identifier() }}
-- {{ api.Relation.create(database='a', schema='b', identifier='c') }}
-- {{ api.Relation.create(database='a', schema='b', identifier='c', quote_policy={'schema': true}) }}
-- {{ adapter.Relation.create(schema='b', identifier='c') }} {{ this.create(schema='b', identifier='c') }}
-- {{ adapter.get_relation(this.database, this.schema, 'numbers') }} {{ load_relation(ref('letters')) }}
-- {{ adapter.quote_as_configured('x', 'identifier') }} {{ adapter.quote_as_configured('x', 'database') }} {{ adapter.quote_as_configured('x', 'column') }}
-- {{ this.information_schema('tables') }} {{ this.quote() }} {{ this.quote(identifier=true) }} {{ this.replace_path(schema='z') }}
-- {{ this.incorporate(path={'identifier': 'y'}) }} {{ make_backup_relation(this, 'view') }}
-- {{ this.path }} {{ this.quote_policy }} {{ this.include_policy }} {{ [this.path] }} {{ this.to_dict() }}
-- {{ this.quote_policy.get_part('schema') }} {{ this.quote_policy.replace(schema=true) }} {{ this.path.get('identifier') }}
-- {{ this.quote_policy.to_dict() }} {{ this.quote_policy['schema'] }} {{ this.quote_policy.nothing is defined }}
-- {{ this.quote_policy == ref('numbers').quote_policy }} {{ this == ref('numbers') }} {{ ref('numbers') == ref('numbers') }}
-- {{ adapter.get_relation(this.database, this.schema, 'numbers') == ref('numbers') }} {{ ref('numbers').quote() == ref('numbers') }}
-- {{ model.relation_name }} {{ graph.nodes['model.parity.numbers'].relation_name }}
