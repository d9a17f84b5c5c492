"""The canonical line, and what else is written down byte for byte: instants, strict JSON, seals. Pure."""
