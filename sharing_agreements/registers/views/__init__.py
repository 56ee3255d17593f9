"""The pages of registers of existing agreements."""
