{{ config(group='g', access='private') }}
select id, $${{ model.refs if execute }}$$ as refs, '{{ model.config.group if execute }}' as owners, '{{ late() if execute }}' as late from {{ ref('a') }}
