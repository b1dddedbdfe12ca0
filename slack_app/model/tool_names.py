"""What tools are called where the platform names none, or its list was never read."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMES = """
    Airtable, Asana, Atlassian, BambooHR, Basecamp, BigQuery, Bitbucket, Box, Cal.com, Calendly, Canva, ClickUp,
    Confluence, Datadog, DocuSign, Dropbox, Evernote, Figma, Freshdesk, GitHub, GitLab, Gmail, Google, Google Ads,
    Google Analytics, Google Calendar, Google Chat, Google Docs, Google Drive, Google Forms, Google Meet, Google Sheets,
    Google Slides, Google Tasks, HubSpot, Intercom, Jira, Linear, LinkedIn, Mailchimp, Microsoft, Microsoft Teams, Miro,
    Monday, MySQL, n8n, Notion, OneDrive, OneNote, OpenAI, Outlook, PagerDuty, PayPal, Pipedrive, PostgreSQL, PostHog,
    QuickBooks, Salesforce, SAP, SendGrid, ServiceNow, SharePoint, Shopify, Slack, Snowflake, Stripe, SurveyMonkey,
    Todoist, Trello, Twilio, Typeform, WhatsApp, WordPress, X, Xero, YouTube, Zendesk, Zoho, Zoom
"""


def _folded(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold()


PROPER_NAMES: Mapping[str, str] = {_folded(name): " ".join(name.split()) for name in _NAMES.split(",")}
"""By their keys without spaces and marks: `google_drive` and `googledrive` are the same tool to whoever reads."""


def proper_name(tool_key: str) -> str:
    """Return what people call the tool; of one that the table lacks, its key with spaces and capital letters."""
    words = tool_key.replace("_", " ").split()
    return known_name(tool_key) or " ".join(word[:1].upper() + word[1:] for word in words) or tool_key


def known_name(typed: str) -> str:
    """Return how the tool that is called so is written, empty for one that the table lacks."""
    return PROPER_NAMES.get(_folded(typed), "")
