"""The artifacts of one project with every kind of resource, field by field against dbt's."""
