"""Stand-ins for Slack and for the connector platform: products of their own, which know nothing of the app.

They serve the tests and the demo, and are held to the truth by the real SDKs (tests/contract).
"""
