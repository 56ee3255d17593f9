"""Searches that somebody keeps under a name, and the records that they looked at last."""
