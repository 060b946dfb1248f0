"""Real nested JSON documents, loaded by dlt and by gristmill: equal table by table, column by column, row by row."""
