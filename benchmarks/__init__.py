"""How fast minidl is, beside PyTorch, beside the course's way, and beside the machine's own limit.

Run: python -m benchmarks --help
"""
