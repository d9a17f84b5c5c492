"""Reports for people: whole documents, made of what the questions answer."""
