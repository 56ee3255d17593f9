"""What answers an address of records: find through the decision, call one command, answer."""
