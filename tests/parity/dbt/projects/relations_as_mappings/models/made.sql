{% set made = adapter.Relation.create(this.database, this.schema, 'given', 'table') %}
select
    '{{ made.identifier }}' as name,
    '{{ api.Column('price', 'decimal(10, 2)').data_type }}' as type,
    {{ adapter.get_columns_in_relation(api.Relation.create(this.database, this.schema, 'gone')) | length }} as columns_of_what_is_gone
