"""How entries are kept: the only room that knows the library's recorders and SQL."""
