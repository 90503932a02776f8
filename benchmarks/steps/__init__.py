"""One convolution, eight times: from loops to the shipped kernel, a small file for each step.

Run: python -m benchmarks.steps
"""
