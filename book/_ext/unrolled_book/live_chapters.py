"""x"""
def setup(app):
    """Register with Sphinx."""
    return {"parallel_read_safe": True, "parallel_write_safe": True}
