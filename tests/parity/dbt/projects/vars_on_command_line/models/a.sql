select {{ var('limit_to') }} as n, {{ var('flag') }} as flag {% if var('flag') %}, 'yes' as extra{% endif %}
