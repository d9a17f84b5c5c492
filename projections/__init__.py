"""Questions to the ledger: each file is a pure fold or a pure query, and answers one."""
