"""The process that starts and ends another one whose code is not ours.

``guarded.py`` starts this folder as a script, ``python guard ORDER``, and never imports it: it has
to be small and quick, so it needs neither NumPy nor the rest of minidl.
"""
