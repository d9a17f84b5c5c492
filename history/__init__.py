"""The bitemporal engine: a history as known at one moment, judged, and written down as periods. Pure."""
