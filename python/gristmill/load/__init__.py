"""dlt's module path for loading."""
