"""The tree over the lines (RFC 9162). Pure."""
