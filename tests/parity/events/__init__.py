"""The structured log beside dbt's: names in order, levels, codes, and the shape of the data of each event."""
