"""Nets as ONNX graphs, which other programs run."""

from minidl.interop.onnx_export.export import export_onnx

__all__ = ["export_onnx"]
