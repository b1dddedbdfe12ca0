"""What Slack sends, as far as the app reads it: a signed request of another shape reaches no listener.

What is not read is not described, and may be anything. Which fields a form has is its listener's to say.
https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/apis/events-api/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Absent = Literal[""] | None
"""What stands in the place of an id that there is none of; in a form it is always a text."""
Text = Annotated[str, StringConstraints(min_length=1)]


class Command(TypedDict):
    """The form of a slash command; that of an organization's installation may have no team."""

    team_id: NotRequired[Id | Absent]
    enterprise_id: NotRequired[Id | Absent]
    user_id: Id
    channel_id: Id
    response_url: Text
    trigger_id: Text


class User(TypedDict):
    """Who did it."""

    id: Id
    team_id: NotRequired[Id | Absent]


class Team(TypedDict):
    """Where they are."""

    id: Id | Absent
    enterprise_id: NotRequired[Id | Absent]


class Enterprise(TypedDict):
    """The Enterprise Grid where they are."""

    id: Id | Absent


class Label(TypedDict):
    """What an option is called."""

    text: str


class Option(TypedDict):
    """One option of a select."""

    value: str
    text: NotRequired[Label]


class Element(TypedDict):
    """What was filled into an element."""

    value: NotRequired[str | None]
    selected_option: NotRequired[Option | None]
    selected_options: NotRequired[list[Option] | None]
    selected_users: NotRequired[list[Id] | None]


class Action(Element):
    """What was pressed or chosen."""

    action_id: str


class State(TypedDict):
    """What stands in the inputs of a view, by block and action."""

    values: NotRequired[dict[str, dict[str, Element]] | None]


class Shown(TypedDict):
    """What the app put into an element."""

    action_id: NotRequired[str | None]
    initial_value: NotRequired[str | None]
    initial_option: NotRequired[Option | None]
    initial_options: NotRequired[list[Option] | None]
    initial_users: NotRequired[list[Id] | None]


class Block(TypedDict):
    """One block of a view."""

    type: str
    block_id: NotRequired[str]
    element: NotRequired[Shown | None]
    elements: NotRequired[list[Shown] | None]
    optional: NotRequired[bool | None]


class AnyView(TypedDict):
    """What all views have."""

    id: Id
    type: str
    private_metadata: NotRequired[str | None]
    team_id: NotRequired[Id | Absent]
    app_installed_team_id: NotRequired[Id | Absent]


class View(AnyView):
    """The view in which a button was pressed."""

    state: NotRequired[State | None]
    blocks: NotRequired[list[Block] | None]


class SubmittedView(AnyView):
    """A modal that was submitted."""

    callback_id: str
    hash: NotRequired[str | None]
    state: NotRequired[State | None]
    blocks: list[Block]


class Container(TypedDict):
    """Where an element stands."""

    type: str
    channel_id: NotRequired[Id | Absent]
    message_ts: NotRequired[str | None]
    thread_ts: NotRequired[str | None]


class Interaction(TypedDict):
    """What all that people do has in common."""

    user: User
    team: NotRequired[Team | None]
    enterprise: NotRequired[Enterprise | None]


class Holder(TypedDict):
    """The message in which an element stands."""

    team: NotRequired[Id | Absent]


class Press(Interaction):
    """A button that was pressed, or an option that was chosen."""

    trigger_id: Text
    container: Container
    actions: Annotated[list[Action], Field(min_length=1)]
    view: NotRequired[View | None]
    message: NotRequired[Holder | None]
    response_url: NotRequired[str | None]


class Submission(Interaction):
    """A modal that was submitted; where it has no trigger, its view and hash tell it from another."""

    trigger_id: NotRequired[str | None]
    hash: NotRequired[str | None]
    view: SubmittedView


class Shortcut(Interaction):
    """A shortcut."""

    trigger_id: Text
    callback_id: str


class Suggestion(Interaction):
    """Letters that were typed into a select."""

    action_id: str
    value: str
    view: NotRequired[AnyView | None]
    message: NotRequired[Holder | None]


class Authorization(TypedDict):
    """The installation that an event is for."""

    enterprise_id: NotRequired[Id | Absent]
    team_id: NotRequired[Id | Absent]


class Event(TypedDict):
    """What every event has."""

    type: str


class HomeOpened(Event):
    """Somebody opened the app's conversation."""

    user: Id


class Message(Event):
    """Somebody, or a bot, wrote a message."""

    channel: Id
    user: NotRequired[Id | Absent]
    user_team: NotRequired[Id | Absent]
    team: NotRequired[Id | Absent]
    source_team: NotRequired[Id | Absent]
    text: NotRequired[str | None]
    subtype: NotRequired[str | None]
    thread_ts: NotRequired[str | None]


class Tokens(TypedDict):
    """Whose tokens were revoked."""

    bot: NotRequired[list[str] | None]


class Revoked(Event):
    """Tokens were revoked."""

    tokens: NotRequired[Tokens | None]


class Envelope(TypedDict):
    """What an event comes in; that of an organization's installation may have no team."""

    event: Event
    event_id: Text
    event_time: Annotated[int, Field(ge=0, le=10**11)]
    team_id: NotRequired[Id | Absent]
    enterprise_id: NotRequired[Id | Absent]
    context_team_id: NotRequired[Id | Absent]
    context_enterprise_id: NotRequired[Id | Absent]
    authorizations: NotRequired[list[Authorization] | None]


class Access(TypedDict):
    """Workspaces that joined or left their Grid's installation."""

    team_ids: list[Id]


_COMMAND: TypeAdapter[Any] = TypeAdapter(Command)
_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "block_actions": TypeAdapter(Press),
    "view_submission": TypeAdapter(Submission),
    "shortcut": TypeAdapter(Shortcut),
    "block_suggestion": TypeAdapter(Suggestion),
    "event_callback": TypeAdapter(Envelope),
}
_EVENTS: Mapping[str, TypeAdapter[Any]] = {
    "app_home_opened": TypeAdapter(HomeOpened),
    "message": TypeAdapter(Message),
    "team_access_granted": TypeAdapter(Access),
    "team_access_revoked": TypeAdapter(Access),
    "tokens_revoked": TypeAdapter(Revoked),
}
"""By their type, the shapes of events in their envelope."""


def check_command(form: Mapping[str, str]) -> None:
    """Raise ValueError for what is no command."""
    _check(_COMMAND, form)


def check_payload(payload: Mapping[str, Any]) -> None:
    """Raise ValueError for what is no payload of its type; of another type than the app reads, it may be anything."""
    kind = payload.get("type")
    if not isinstance(kind, str):
        raise ValueError("without a type")
    if kind in _KINDS:
        _check(_KINDS[kind], payload)
    if kind == "event_callback" and (event := _EVENTS.get(payload["event"]["type"])):
        _check(event, payload["event"])


def _check(shape: TypeAdapter[Any], value: Mapping[str, Any]) -> None:
    try:
        shape.validate_python(value, strict=True)
    except ValidationError as exc:
        raise ValueError("not as Slack sends it") from exc
