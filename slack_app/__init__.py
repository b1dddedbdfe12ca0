"""Freddy Connect: a Slack app that connects people's tools to their organization's assistant."""
