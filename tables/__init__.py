"""The tables beside the record itself, one module for each matter; the lowest, `store`, opens the database."""
