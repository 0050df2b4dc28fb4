"""Benchmarks, each with a peer measured beside us; run them with scripts/bench."""
