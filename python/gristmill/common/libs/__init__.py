"""What belongs to other libraries, where users of dlt look for it."""
