"""Turn one ``.pyx`` file into C; runs in a process of its own and imports nothing of minidl.

``python to_c.py REQUEST``, where the request is JSON with "source", "module", "checked" and
"shared".  Errors of the file go to standard error in Cython's words, and the exit code says whose
they are.
"""

import json
import re
import sys
import traceback

REFUSED, OURS, NO_MEMORY, NESTED = 3, 5, 6, 7  # exit codes: errors of the file, a fault of ours
CHECKED = {"boundscheck": True, "initializedcheck": True, "nonecheck": True}
HEADERS = {
    *("assert.h", "complex.h", "ctype.h", "errno.h", "fenv.h", "float.h", "inttypes.h"),
    *("limits.h", "math.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h"),
    *("string.h", "time.h", "immintrin.h", "arm_neon.h", "Python.h"),
}
PACKAGES = ("cython", "libc", "cpython", "numpy")  # what may be cimported
C_NAME = re.compile(r"[A-Za-z_]\w*( [A-Za-z_]\w*)*", re.ASCII)


def main():
    """Compile as the request says."""
    request = json.loads(sys.argv[1])
    try:
        import Cython.Compiler.Main  # noqa: F401 - if that fails, the file is not to blame

        good = compiled(**request)
    except MemoryError:
        sys.exit(NO_MEMORY)
    except RecursionError:
        sys.exit(NESTED)
    except Exception:
        traceback.print_exc()
        sys.exit(OURS)
    sys.exit(0 if good else REFUSED)


def compiled(source, module, checked, shared):
    """Run Cython, and return whether it found no error.

    Parameters
    ----------
    source, module : str
        The file, in the current folder, and what the module is to be called.
    checked : bool
        Whether every index is checked, whatever the file says.
    shared : str
        A module of Cython's own functions for arrays, which are then left out; or "".
    """
    from Cython.Compiler import Options, Pipeline
    from Cython.Compiler.Main import CompilationOptions, compile_single

    create = Pipeline.create_pyx_pipeline
    forced = CHECKED if checked else {}

    def create_ours(context, *arguments, **settings):
        context.find_include_file = _no_include
        return _with_stages(create(context, *arguments, **settings), forced)

    Pipeline.create_pyx_pipeline = create_ours
    options = CompilationOptions(
        Options.default_options,
        language_level=3,
        compiler_directives=forced,
        output_file=f"{module}.c",
        emit_linenums=True,  # then the C compiler, too, tells lines of the .pyx file
        shared_utility_qualified_name=shared or None,
    )
    return not compile_single(source, options, module).num_errors


def _with_stages(pipeline, forced):
    """Look at the tree as soon as it is parsed, and set what is forced once all is known.

    A directive may stand in a comment, at a function, at a block, under another name or in a
    constant; in the tree that follows from them there is no way around.
    """
    from Cython.Compiler.ParseTreeTransforms import InterpretCompilerDirectives

    def force(node):
        directives = getattr(node, "directives", None)
        if isinstance(directives, dict):
            directives.update(forced)

    (known,) = (
        k for k, phase in enumerate(pipeline) if isinstance(phase, InterpretCompilerDirectives)
    )
    pipeline.insert(known + 1, _walk(force))
    pipeline.insert(1, _walk(_look_at))
    return pipeline


def _walk(look):
    """Return a stage that calls ``look`` with every node."""
    from Cython.Compiler.Visitor import TreeVisitor

    class Walk(TreeVisitor):
        def visit_Node(self, node):  # noqa: N802 - Cython's names
            look(node)
            self.visitchildren(node)

    def stage(tree):
        Walk().visit(tree)
        return tree

    return stage


def _look_at(node):
    """Refuse what would carry anything but Cython into the C file.

    Text that reaches the C compiler as it stands could read other files while it compiles.
    """
    from Cython.Compiler.Errors import error

    header = getattr(node, "include_file", None)
    if getattr(node, "verbatim_include", None):
        error(node.pos, "C code in a string is not compiled here; write it in Cython")
    elif header and header.strip("<>") not in HEADERS:
        error(node.pos, f"the header {header!r} is not included here, those of C's library are")
    c_name = getattr(node, "cname", None)
    if isinstance(c_name, str) and not C_NAME.fullmatch(c_name):
        error(node.pos, f"the C name {c_name[:40]!r} is no name")
    if type(node).__name__ in ("CImportStatNode", "FromCImportStatNode"):
        module = node.module_name
        if getattr(node, "relative_level", 0) or module.split(".")[0] not in PACKAGES:
            error(node.pos, f"{module!r} is not cimported here, {', '.join(PACKAGES)} are")


def _no_include(filename, pos=None, **_):
    from Cython.Compiler.Errors import error

    error(pos, f"include {filename!r}: each file is compiled alone; write its lines into this one")


if __name__ == "__main__":
    main()
