"""Benchmarks. Each prints a ratio against something that runs beside it, because absolute times vary between runs."""
