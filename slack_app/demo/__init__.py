"""The whole product on one machine without an account anywhere: the real app between the stand-ins."""
