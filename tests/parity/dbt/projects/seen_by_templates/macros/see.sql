{% macro row(kind, name, value) %}{{ return("('" ~ kind ~ "', '" ~ name ~ "', '" ~ (value | string | replace("'", '')) ~ "')") }}{% endmacro %}
{# How a call of config was written, what belongs to a run alone, and what gristmill has not. #}
{% macro names_of(fields) %}{{ return(fields.keys() | reject('in', ['config_call_dict', 'unrendered_config_call_dict', 'batch', 'defer_relation', '_event_status', 'extra_ctes', 'extra_ctes_injected']) | sort | join(' ')) }}{% endmacro %}
{% macro see_graph() %}
    {% if execute %}
        {% set rows = [] %}
        {% for section in ['nodes', 'sources', 'exposures', 'metrics', 'groups', 'semantic_models', 'saved_queries', 'functions'] %}
            {% for id, fields in graph[section].items() %}{% do rows.append(row(section, id, names_of(fields))) %}{% endfor %}
        {% endfor %}
        {% do rows.append(row('exposure', 'e', [graph.exposures['exposure.parity.e'].owner.email, graph.exposures['exposure.parity.e'].depends_on.nodes, graph.exposures['exposure.parity.e'].maturity])) %}
        {% do rows.append(row('group', 'g', [graph.groups['group.parity.g'].owner.name, graph.groups['group.parity.g'].owner.email])) %}
        {% do rows.append(row('key', 'a', graph.nodes['model.parity.a'].primary_key)) %}
        {% do rows.append(row('granularity', 'days', graph.nodes['model.parity.days'].columns.date_day.granularity)) %}
        {% do rows.append(row('not set', 'a', [graph.nodes['model.parity.a'].config.group, graph.nodes['model.parity.a'].version])) %}
        insert into seen values {{ rows | join(', ') }}
    {% endif %}
{% endmacro %}
{% macro see_results(results) %}
    {% if execute %}
        {% set rows = [] %}
        {% for result in results if result.node.resource_type in ['model', 'seed', 'test'] %}
            {% set plain = result.to_dict() %}
            {% do rows.append(row('result', result.node.unique_id, [result.status ~ '', plain['status'], plain.node.unique_id, result.failures, result.node.name, result is mapping])) %}
            {% do rows.append(row('fields', result.node.unique_id, plain.keys() | sort | join(' '))) %}
            {% do rows.append(row('node', result.node.unique_id, [result.node.config.materialized, result.node.to_dict()['alias'], result.node.relation_name, result['node'].schema])) %}
            {% do rows.append(row('timing', result.node.unique_id, [result.timing | map(attribute='name') | list, result.timing[0].started_at.year > 2000, plain.timing[0].started_at[-1:]])) %}
        {% endfor %}
        insert into seen values {{ rows | join(', ') }}
    {% endif %}
{% endmacro %}
