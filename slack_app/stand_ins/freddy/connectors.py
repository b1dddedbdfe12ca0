"""The tools that the stand-in catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Connector:
    """One tool. `parameters` are the integration parameters that it cannot do without, with their types.

    Without `returns_state` its provider does not give the state back to the callback.
    """

    tool_key: str
    display_name: str
    category: str
    description: str
    release_channel: str = "stable"
    parameters: Mapping[str, str] = field(default_factory=dict)
    returns_state: bool = True

    def to_json(self, connection_id: str | None) -> dict[str, object]:
        """Return the API's form; `connection_id` is the caller's connection, if there is one."""
        return {
            "id": f"conn_def_{self.tool_key}",
            "tool_key": self.tool_key,
            "display_name": self.display_name,
            "description": self.description,
            "category": self.category,
            "icon_url": None,
            "app_url": None,
            "is_connected": connection_id is not None,
            "connection_id": connection_id,
            "release_channel": self.release_channel,
        }


_ALL = [
    Connector("airtable", "Airtable", "Data", "Bases, tables and views", "beta"),
    Connector("asana", "Asana", "Projects", "Tasks and projects", "beta"),
    Connector("atlassian", "Atlassian", "Projects", "Jira issues and Confluence pages"),
    Connector("box", "Box", "Files", "Files and folders", "beta"),
    Connector("clickup", "ClickUp", "Projects", "Tasks, lists and docs", returns_state=False),
    Connector("dropbox", "Dropbox", "Files", "Files and folders", "beta"),
    Connector("figma", "Figma", "Design", "Files and comments", "beta"),
    Connector("github", "GitHub", "Development", "Repositories, issues and pull requests"),
    Connector("gitlab", "GitLab", "Development", "Projects, issues and merge requests", "beta"),
    Connector("gmail", "Gmail", "Mail", "Read and draft mail"),
    Connector("google_calendar", "Google Calendar", "Calendar", "Events and free times"),
    Connector("google_drive", "Google Drive", "Files", "Documents, sheets and files"),
    Connector("hubspot", "HubSpot", "Sales", "Contacts, companies and deals", "beta"),
    Connector("intercom", "Intercom", "Support", "Conversations and contacts", "beta"),
    Connector("linear", "Linear", "Projects", "Issues, projects and cycles", "beta"),
    Connector("miro", "Miro", "Design", "Boards", "beta"),
    Connector("monday", "monday.com", "Projects", "Boards and items", "beta"),
    Connector("notion", "Notion", "Documents", "Pages and databases"),
    Connector("onedrive", "OneDrive", "Files", "Files and folders"),
    Connector("outlook", "Outlook", "Mail", "Mail and calendar"),
    Connector("salesforce", "Salesforce", "Sales", "Accounts, leads and opportunities", "beta"),
    Connector("sharepoint", "SharePoint", "Files", "Sites and documents", parameters={"site_name": "string"}),
    Connector("trello", "Trello", "Projects", "Boards and cards", "beta"),
    Connector("zendesk", "Zendesk", "Support", "Tickets and customers", "beta"),
]
CONNECTORS: Mapping[str, Connector] = {connector.tool_key: connector for connector in _ALL}
