"""Freddy Connect: a Slack app that connects people's tools to their organization's assistant."""

__version__ = "0.2.0"
"""The only place of the number; pyproject.toml reads it. Hosts that start the Procfile do not install the package."""
