"""`python -m slack_app`, the same as `slack-app`."""

from slack_app.cli import main

main()
