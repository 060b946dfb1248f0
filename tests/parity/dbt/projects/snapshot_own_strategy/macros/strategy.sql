{% macro snapshot_versioned_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
    {% set key = config.get('unique_key') %}
    {% set at = config.get('version_column') %}
    {% do return({
        'unique_key': key,
        'updated_at': "timestamp '2024-01-01' + to_days(" ~ at ~ ")",
        'row_changed': snapshotted_rel ~ '.' ~ at ~ ' < ' ~ current_rel ~ '.' ~ at,
        'scd_id': snapshot_hash_arguments([key, at]),
        'hard_deletes': 'ignore'
    }) %}
{% endmacro %}
