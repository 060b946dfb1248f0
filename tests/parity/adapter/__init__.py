"""The tests that dbt's adapters are held to, run over gristmill."""
