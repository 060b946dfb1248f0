"""What incrementals are written with."""
