"""The application, the one door: record, ask, archive, rebuild, verify."""
