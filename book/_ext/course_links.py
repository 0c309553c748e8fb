"""Links to the exercises, where `course.toml` names a public repository; plain paths where it names none."""

import tomllib
from pathlib import Path

from docutils import nodes

ROOT = Path(__file__).resolve().parents[2]


def repository():
    """Address of the public repository, or an empty string."""
    settings = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
    return settings.get("links", {}).get("repository", "").rstrip("/")


def exercise(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Role `{exercise}`: the path of an exercise's notebook, as a link if there is an address to link to."""
    path = f"exercises/{text}/{text}.ipynb"
    literal = nodes.literal(rawtext, path)
    if not repository():
        return [literal], []
    return [nodes.reference(rawtext, "", literal, refuri=f"{repository()}/blob/HEAD/{path}")], []


def show_repository(app, config):
    """Put the repository's button on the pages if there is a repository."""
    if repository():
        config.html_theme_options |= {"repository_url": repository(), "use_repository_button": True}


def setup(app):
    """Register with Sphinx."""
    app.add_role("exercise", exercise)
    app.connect("config-inited", show_repository)
    app.add_config_value("course_repository", repository(), "env")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
