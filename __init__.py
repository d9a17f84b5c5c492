"""An append-only, bitemporal, provable record of diplomatic engagement."""
