"""Watches: setting, confirming and ending them, looking again as their watcher, and telling what is new."""
