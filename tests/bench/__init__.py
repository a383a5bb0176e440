"""Benchmarks: each figure is a ratio against something run beside it, since machines are noisy."""
