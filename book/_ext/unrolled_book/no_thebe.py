"""Silence sphinx-thebe, which Jupyter Book always loads and which would load code from another
host.
"""


def silence(app):
    """Disconnect everything that sphinx-thebe has connected."""
    for listeners in app.events.listeners.values():
        for listener in [
            one for one in listeners if one.handler.__module__ == "sphinx_thebe"
        ]:
            listeners.remove(listener)


def setup(app):
    """Register with Sphinx: first of all when the builder is there, before sphinx-thebe adds its
    scripts.
    """
    app.connect("builder-inited", silence, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
