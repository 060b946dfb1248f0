"""Names that users of dlt import from here."""
