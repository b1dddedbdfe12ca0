"""How settings are read, checked and shown."""
