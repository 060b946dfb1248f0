"""The code of orchestrators, reading what gristmill writes: `make test-orchestrators`."""
