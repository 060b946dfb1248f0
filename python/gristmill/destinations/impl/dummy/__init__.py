"""dlt's module paths for destinations."""
