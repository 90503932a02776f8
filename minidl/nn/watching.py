"""Watch a net at work, and leave no trace in it."""

from contextlib import contextmanager


@contextmanager
def watched(net, watch):
    """Run another forward pass in place of every module's own, for as long as the context lasts.

    Meanwhile the net is in evaluation mode.  Afterwards every module has the attributes that it
    had before: its forward pass, its mode, and what a backward pass would need.

    Parameters
    ----------
    net : Module
    watch : callable
        ``watch(name, module)`` returns the pass to run in place of ``module.forward``, which it
        will want to call.
    """
    modules = {id(module): (name, module) for name, module in net.named_modules()}
    before = [(module, dict(vars(module))) for _, module in modules.values()]
    try:
        net.eval()
        for name, module in modules.values():
            module.forward = watch(name, module)
        yield
    finally:
        for module, attributes in before:
            vars(module).clear()
            vars(module).update(attributes)
