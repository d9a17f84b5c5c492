"""The command line: parse, ask the ledger, print."""
