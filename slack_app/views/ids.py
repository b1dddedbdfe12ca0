"""The ids under which Slack reports what a person did: of every button and select, of every modal and shortcut.

Messages of months ago carry them, so a word is never given a second meaning, nor changed.
"""

from __future__ import annotations

import re
from enum import StrEnum


class ActionId(StrEnum):
    """The `action_id` of a button, a select or a field that reports at once.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """

    OPEN_LINK = "connect_open_link"
    CHECK_LINK = "link_check"
    RENEW_LINK = "link_renew"
    CANCEL_LINK = "link_cancel"
    WRONG_ACCOUNT = "link_disown"

    CHOOSE_TOOL = "menu_choose"
    CONNECT_SUGGESTED = "trouble_choose"
    CONNECT_FROM_HOME = "home_connect"
    CONNECT_ANOTHER = "status_connect_again"

    DISCONNECT = "status_remove"
    CANCEL_DISCONNECT = "status_keep"
    TURN_ON = "status_turn_on"
    TURN_OFF = "status_turn_off"
    RENAME = "status_rename"

    DO_WORD = "word_do"

    RELOAD_HOME = "home_reload"
    SHOW_ALL_HOME = "home_show_all"
    SEARCH_HOME = "home_search"
    FILTER_HOME = "home_category"

    OPEN_DETAILS = "details_open"
    OPEN_KEY = "key_open"
    REMOVE_KEY = "key_remove"
    OPEN_SETUP = "setup_open"
    REMOVE_SETUP = "setup_remove"
    CONFIRM_REMOVE_SETUP = "setup_remove_yes"
    ALLOWED_CONNECTORS = "offered"

    ASK_ADMIN = "ask_admin"
    OFFER_TOOL = "ask_offer"
    CONFIRM_FIXED = "ask_allowed"
    OPEN_DECLINE = "ask_decline"
    RETRY_REQUEST = "ask_again"

    def suffixed(self, name: str) -> str:
        """Return the id for one of several buttons in a block that do the same to different things.

        Ids are unique within a block: https://docs.slack.dev/reference/block-kit/block-elements/button-element
        """
        return f"{self}:{name}"

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return what matches this id, alone or made by suffixed`."""
        return re.compile(rf"\A{re.escape(self)}(?::.*)?\Z", re.DOTALL)  # Bolt searches anywhere in the id


class CallbackId(StrEnum):
    """The `callback_id` of a modal that is submitted, or of a shortcut.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """

    CHOOSE_TOOL = "menu_chosen"
    DETAILS = "details_filled"
    RENAME = "status_named"
    KEY = "key_given"
    SETUP = "setup_filled"
    DECLINE = "ask_declined"
    OPEN_MENU = "connect_open_menu"
