"""Imports of records: staged, previewed as differences, committed at once or not at all."""
