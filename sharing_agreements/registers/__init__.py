"""Registers of agreements that exist outside the portal: snapshots of lists, what changed between them, their texts.

They open no records. What a list leaves open stays an issue until a person settles it.
"""
