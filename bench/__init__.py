"""Measured figures: cold starts, latencies, memory and size. Run `make bench`."""
