"""The kernels for any processor of this architecture."""
