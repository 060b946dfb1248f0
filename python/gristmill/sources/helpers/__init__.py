"""What sources are written with."""
