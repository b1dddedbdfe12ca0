"""What each error of Slack's asks of us: one table, by method where a method differs.

An error that is not here is a defect: it is told with a reference, and not tried again for half an hour. The lists of
the documented errors are in tests/slack_schemas/errors.yml, and each of them has to be here.
https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException

from slack_sdk.errors import SlackApiError, SlackClientError

from slack_app.errors import Meaning, UpstreamError
from slack_app.instruments import status_label

_WORD = re.compile(r"[a-z0-9_]{1,100}")


def _table(words: Mapping[Meaning, str]) -> dict[str, Meaning]:
    pairs = [(code, meaning) for meaning, codes in words.items() for code in codes.split()]
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("an error stands there twice")
    return table


_EVERYWHERE = _table(
    {
        Meaning.TRY_AGAIN: """
            ratelimited rate_limited internal_error fatal_error service_unavailable request_timeout team_added_to_org
            org_login_required external_channel_migrating
        """,
        Meaning.BROKEN_INSTALLATION: """
            not_authed invalid_auth account_inactive token_revoked token_expired missing_scope no_permission
            not_allowed_token_type access_denied accesslimited ekm_access_denied enterprise_is_restricted
            two_factor_setup_required team_access_not_granted app_access_restricted invalid_refresh_token
        """,
        Meaning.DEFECT: """
            deprecated_endpoint method_deprecated unknown_method invalid_arg_name invalid_arguments invalid_array_arg
            invalid_charset invalid_form_data invalid_post_type missing_post_type missing_argument
        """,
    }
)
"""A token that Slack itself calls expired was not to be had anew: adapters/secrets/tokens.py refreshes hours before."""
_CONTENT = """
    no_text msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format invalid_attachments
    attachment_payload_limit_exceeded too_many_attachments too_many_contact_cards markdown_text_conflict
    invalid_metadata_format invalid_metadata_schema metadata_must_be_sent_from_app metadata_too_large
    as_user_not_supported missing_file_data slack_connect_canvas_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked
"""
"""Errors about what a message holds, much of which ours never do."""
_OF_METHOD: Mapping[str, dict[str, Meaning]] = {
    "chat.postMessage": _table(
        {
            Meaning.OTHER_WAY: """
                channel_not_found user_not_found user_not_visible is_archived not_in_channel messages_tab_disabled
                cannot_dm_bot restricted_action
                restricted_action_read_only_channel restricted_action_thread_only_channel
                restricted_action_thread_locked restricted_action_non_threadable_channel message_limit_exceeded
                send_on_behalf_not_allowed
            """,
            Meaning.DEFECT: f"""
                {_CONTENT} cannot_reply_to_message duplicate_channel_not_found duplicate_message_not_found
                team_not_found agent_prompt_display_not_allowed draft_already_deleted draft_already_sent
                draft_has_conflict draft_not_found
            """,
        }
    ),
    "chat.update": _table(
        {
            Meaning.OTHER_WAY: """
                message_not_found edit_window_closed cant_update_message is_inactive channel_not_found team_not_found
                update_failed streaming_state_conflict block_mismatch message_limit_exceeded
            """,
            Meaning.DEFECT: f"""
                {_CONTENT} cant_broadcast_message no_dual_broadcast_content_update blocked_file_type file_deleted
                file_is_deleted file_not_found file_share_limit_reached max_file_sharing_exceeded
                posting_to_channel_denied unable_to_share_files slack_connect_blocked_file_type
                slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked
            """,
        }
    ),
    "chat.delete": _table(
        {
            Meaning.OTHER_WAY: """
                message_not_found cant_delete_message channel_not_found compliance_exports_prevent_deletion
            """,
        }
    ),
    "views.open": _table(
        {
            Meaning.OTHER_WAY: "expired_trigger_id exchanged_trigger_id invalid_trigger_id",
            Meaning.DEFECT: "duplicate_external_id view_too_large invalid_blocks",
        }
    ),
    "views.update": _table(
        {
            Meaning.OTHER_WAY: "not_found view_not_found",
            Meaning.DEFECT: "duplicate_external_id hash_conflict view_too_large invalid_blocks",
        }
    ),
    "views.publish": _table(
        {
            Meaning.OTHER_WAY: "user_not_found user_not_visible not_enabled",
            Meaning.DEFECT: "duplicate_external_id hash_conflict view_too_large invalid_blocks",
        }
    ),
    "users.info": _table(
        {Meaning.OTHER_WAY: "user_not_found user_not_visible", Meaning.DEFECT: "too_many_users"},
    ),
    "users.list": _table({Meaning.TRY_AGAIN: "invalid_cursor", Meaning.DEFECT: "limit_required"}),
    "oauth.v2.access": _table(
        {
            Meaning.OTHER_WAY: """
                invalid_code code_already_used cannot_install_an_org_installed_app preview_feature_not_available
                user_email_unverified
            """,
            Meaning.DEFECT: """
                invalid_client_id bad_client_secret bad_redirect_uri oauth_authorization_url_mismatch
                invalid_grant_type invalid_code_verifier pkce_not_allowed no_scopes
            """,
        }
    ),
}


def known_errors(method: str) -> Mapping[str, Meaning]:
    """Return what each known error of the method means."""
    return {**_EVERYWHERE, **_OF_METHOD.get(method, {})}


def counted_code(method: str, exc: UpstreamError) -> str:
    """Return the word under which an error of the method is counted: one that is known, or `other`."""
    code = exc.code or "other"
    if exc.status is not None and code == f"http_{exc.status}":
        return f"http_{status_label(exc.status)}"
    return code if exc.status is None or code in known_errors(method) else "other"


LONGEST_PAUSE = 300.0
"""Slack says minutes at most; a header that is wrong must not silence us for a day."""


@contextmanager
def slack_errors() -> Iterator[None]:
    """Translate slack_sdk's errors, and answers that lack what they should have."""
    try:
        yield
    except (SlackClientError, HTTPException, ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise _slack_error(exc) from exc


def retry_after_of(headers: Mapping[str, object]) -> float | None:
    """Return in how many seconds Slack wants to be asked again: https://docs.slack.dev/apis/web-api/rate-limits"""
    said = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(float(said), LONGEST_PAUSE) if said.isdecimal() else None


def _slack_error(exc: Exception) -> UpstreamError:
    if not isinstance(exc, SlackApiError):
        return UpstreamError("slack", meaning=Meaning.TRY_AGAIN, code=type(exc).__name__)
    answer = exc.response
    said = answer.get("error") if isinstance(answer.data, dict) else None
    code = said if isinstance(said, str) and _WORD.fullmatch(said) else None
    method = str(answer.api_url).partition("?")[0].rpartition("/")[2]
    return UpstreamError(
        "slack",
        status=answer.status_code,
        meaning=_meaning(method, code, answer.status_code),
        retry_after=retry_after_of(answer.headers or {}),
        code=code or f"http_{answer.status_code}",
    )


def _meaning(method: str, code: str | None, status: int) -> Meaning:
    """Return what the answer means; one without an error's name is some server's in between."""
    if status == 429 or status >= 500 or (status == 200 and code is None):
        return Meaning.TRY_AGAIN
    return known_errors(method).get(code or "", Meaning.DEFECT)
