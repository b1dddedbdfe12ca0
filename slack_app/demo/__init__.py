"""The whole product on one machine without an account anywhere: stand-ins for Slack and for the platform.

The stand-ins serve the tests too, and are held to the truth by the real SDKs (tests/contract).
"""
