"""From facts to Block Kit: pure functions, one file a feature; each registers what it renders (render.py)."""

from __future__ import annotations

import importlib
import pkgutil

from slack_app.views.render import Renderer, render_home, render_message, render_modal, render_page

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")  # whose functions register themselves

__all__ = ["Renderer", "render_home", "render_message", "render_modal", "render_page"]
