"""dlt's module path for the step that flattens items."""
