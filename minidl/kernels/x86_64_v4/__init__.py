"""The kernels for x86-64 processors with AVX-512, from about 2017 on."""
