"""Three workspaces, two of them of one Grid, whatever their people do in whatever order; one is in both of the Grid's.

security.md 7: no record of another workspace is read or written, nothing is asked of the platform but with an
organization and a key of one's own, and nobody gets a message about somebody else's link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import fakeredis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from slack_app.adapters.jobs.delivery import Delivery
from slack_app.errors import UpstreamError
from slack_app.features.key import SealedKey
from slack_app.features.setup_check import SetupInput
from slack_app.model.facts import HomeFact, MessageFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.links import Completion, Outcome, PendingLink
from slack_app.model.messages import MessageRef
from slack_app.model.tools import Connection
from slack_app.model.users import Role, SlackUser
from slack_app.model.workspaces import Credentials, KeyMode
from tests.worker_harness import MessengerStub, PlatformStub, WorkerHarness

GRIDS: Mapping[str, str | None] = {"T0AAA": "E0GRID", "T0BBB": "E0GRID", "T0CCC": None}
"""The workspaces, and which Grid each is of."""
USERS: Mapping[str, tuple[str, ...]] = {
    "T0AAA": ("U0ADMIN", "U1", "U2", "U0BOTH"),
    "T0BBB": ("U0BOSS", "U3", "U0BOTH"),
    "T0CCC": ("U0ADMIN", "U1", "U2"),
}
"""Who is where: in a Grid an id is one person's, elsewhere the same ids may be others'."""
TOOLS = ("github", "gitlab")
TEAMS = st.sampled_from(list(GRIDS))
EVERYBODY = [SlackUser(GRIDS[team_id], team_id, user_id) for team_id in GRIDS for user_id in USERS[team_id]]
PEOPLE = st.sampled_from(EVERYBODY)
PRESSES = ("renew", "cancel", "disown", "ask", "again", "key_open", "details", "keep", "remove", "turn_off", "allowed")


def organization_of(team_id: str) -> str:
    return f"org_{team_id}"


def key_of(person: SlackUser) -> str:
    return f"ak_{person.team_id}_{person.user_id}_0123456789"


class WatchedRedis(fakeredis.FakeRedis):
    """Keeps what is sent to it while a job is being done."""

    seen: list[str]

    def execute_command(self, *args: Any, **options: Any) -> Any:
        self.seen.extend(str(arg) for arg in args)
        return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def pipeline(self, *args: Any, **options: Any) -> Any:
        pipe = super().pipeline(*args, **options)
        send, seen = pipe.execute_command, self.seen

        def watched(*sent: Any, **more: Any) -> Any:
            seen.extend(str(arg) for arg in sent)
            return send(*sent, **more)  # type: ignore[no-untyped-call]

        pipe.execute_command = watched  # type: ignore[method-assign]
        return pipe


class ThreeOrganizations(PlatformStub):
    """Takes a key for its own organization alone; keeps what it was asked with."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.accepted: list[Credentials] = []
        self.made_with: dict[str, Credentials] = {}
        self.crossed: list[str] = []

    def _check(self, credentials: Credentials) -> None:
        if not credentials.api_key.startswith(f"ak_{credentials.organization_id.removeprefix('org_')}_"):
            raise UpstreamError("platform", status=403)
        self.accepted.append(credentials)

    def authorize(self, credentials: Credentials, connector_type: str, parameters: Mapping[str, str]) -> Any:
        self._check(credentials)
        answer = super().authorize(credentials, connector_type, parameters)
        self.made_with[answer.state] = credentials
        return answer

    def complete(self, credentials: Credentials, state: str) -> Completion:
        self._check(credentials)
        if credentials != self.made_with[state]:
            self.crossed.append(state)
        return super().complete(credentials, state)

    def catalogue(self, credentials: Credentials) -> Any:
        self._check(credentials)
        return super().catalogue(credentials)

    def accounts(self, credentials: Credentials) -> Any:
        self._check(credentials)
        return super().accounts(credentials)

    def connections_of(self, credentials: Credentials, tool_key: str, **options: bool) -> Any:
        self._check(credentials)
        return super().connections_of(credentials, tool_key)


class WatchedMessenger(MessengerStub):
    """Keeps who was told what."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[SlackUser, object]] = []

    def post_dm(self, person: SlackUser, fact: MessageFact, thread: MessageRef | None = None) -> MessageRef:
        self.told.append((person, fact))
        return super().post_dm(person, fact, thread)

    def edit_dm(self, person: SlackUser, posted: MessageRef, fact: MessageFact) -> None:
        self.told.append((person, fact))
        super().edit_dm(person, posted, fact)

    def update_modal(self, person: SlackUser, view_id: str, fact: ModalFact) -> None:
        self.told.append((person, fact))
        super().update_modal(person, view_id, fact)

    def publish_home(self, person: SlackUser, fact: HomeFact) -> None:
        self.told.append((person, fact))
        super().publish_home(person, fact)


def at_once(call: Callable[..., Any], *args: Any, **options: Any) -> Future[Any]:
    """Do what would be done behind at once, so that it is seen with the job that it belongs to."""
    done: Future[Any] = Future()
    try:
        done.set_result(call(*args, **options))
    except UpstreamError as exc:
        done.set_exception(exc)
    return done


class Workspaces(RuleBasedStateMachine):
    """What people do; `known` are the ids of links and of requests that wait, of whomever."""

    known: Bundle[str] = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        WatchedRedis.seen = []
        self.redis = WatchedRedis(decode_responses=True)
        self.stage = WorkerHarness(self.redis, ThreeOrganizations, WatchedMessenger)
        self.stage.background.submit = at_once  # type: ignore[method-assign,assignment]
        self.stage.people.roles = {"U0ADMIN": Role.OWNER, "U0BOSS": Role.OWNER}
        self.platform: Any = self.stage.platform
        self.messenger: Any = self.stage.messenger
        self.number = 0
        self.faults: list[object] = []
        run = self.stage.job_runner.run

        def watched(delivery: Delivery) -> None:
            WatchedRedis.seen.clear()
            self.platform.accepted.clear()
            run(delivery)
            self._look_at(delivery.job_id)

        self.stage.job_runner.run = watched  # type: ignore[method-assign]

    def _look_at(self, job_id: str) -> None:
        """Hold what the job did against whose it was."""
        team_id, user_id = job_id.split(":")[:2]
        their_own = [other for other in GRIDS if user_id == "U0BOTH" and user_id in USERS[other]] or [team_id]
        others = [other for other in GRIDS if other not in their_own]
        self.faults += [(job_id, arg) for arg in WatchedRedis.seen if any(other in arg for other in others)]
        self.faults += [
            (job_id, credentials)
            for credentials in self.platform.accepted
            if credentials.organization_id not in map(organization_of, their_own)
        ]

    def _do(self, person: SlackUser, kind: str, tool: str = "", **fields: Any) -> list[str]:
        """Do one thing, and give the ids that somebody could press then."""
        self.number += 1
        job_id = f"{person.team_id}:{person.user_id}:{self.number}"
        said, told = len(self.messenger.answers), len(self.messenger.told)
        job: Job[Any] = Job(job_id, person, "C1", "https://hooks.slack.com/x", tool, {}, self.stage.now, kind)
        self.stage.enqueue(replace(job, trigger_id="1.2.3", **fields))
        self.stage.run()
        facts = [*self.messenger.answers[said:], *(fact for _, fact in self.messenger.told[told:])]
        ids = [getattr(fact, "draft_id", "") or getattr(getattr(fact, "live", None), "id", "") for fact in facts]
        return [id_ for id_ in ids if id_]

    @initialize(ways=st.tuples(*[st.sampled_from(["own", "shared"])] * 3))
    def begin(self, ways: tuple[str, ...]) -> None:
        for team_id, way in zip(GRIDS, ways, strict=True):
            self.set_up(team_id, None, way, None)

    @rule(
        team_id=TEAMS,
        organization=st.one_of(st.none(), TEAMS),
        key_mode=st.sampled_from(["own", "shared"]),
        version=st.one_of(st.none(), st.integers(0, 3)),
    )
    def set_up(self, team_id: str, organization: str | None, key_mode: str, version: int | None) -> None:
        """Set a workspace up; for its own organization, and as it stands, where nothing else is said."""
        admin = SlackUser(GRIDS[team_id], team_id, USERS[team_id][0])
        form: dict[str, Any] = {
            "version": self.stage.setups.version_of(team_id) if version is None else version,
            "organization_id": organization_of(organization or team_id),
            "key_mode": KeyMode(key_mode),
        }
        sealed = self.stage.keys.seal(admin, key_of(admin))
        self._do(
            admin,
            "setup.save",
            view_id="V1",
            payload=SetupInput(
                **form, guests_allowed=True, allowed_connectors=None, admin_contacts=[], sealed_key=sealed
            ),
        )

    @rule(target=known, person=PEOPLE, tool=st.sampled_from(TOOLS))
    def connect(self, person: SlackUser, tool: str) -> Any:
        return multiple(*self._do(person, "connect", tool))

    @rule(target=known, person=PEOPLE, owner=st.one_of(st.none(), PEOPLE), about=st.one_of(st.just(""), known))
    def bring_a_key(self, person: SlackUser, owner: SlackUser | None, about: str) -> Any:
        sealed = self.stage.keys.seal(person, key_of(owner or person))
        return multiple(*self._do(person, "key.save", view_id="V1", target_id=about, payload=SealedKey(sealed)))

    @rule(target=known, person=PEOPLE, kind=st.sampled_from(PRESSES), about=known, tool=st.sampled_from(TOOLS))
    def press(self, person: SlackUser, kind: str, about: str, tool: str) -> Any:
        return multiple(*self._do(person, kind, tool, target_id=about))

    @rule(
        person=PEOPLE,
        kind=st.sampled_from(["status.show", "menu.show", "key.show", "key.remove", "setup.open", "setup.remove"]),
    )
    def look_or_remove(self, person: SlackUser, kind: str) -> None:
        self._do(person, kind, view_id="V1")

    @rule(seconds=st.integers(1, 700), is_connected=st.booleans())
    def wait(self, seconds: int, is_connected: bool) -> None:
        account = Connection(f"tcred_{self.number}", "github", "GitHub", "dev@example.com", created_at=str(self.number))
        outcome = Completion(Outcome.CONNECTED, account) if is_connected else Completion(None)
        self.platform.completion = outcome
        self.stage.now += seconds
        self.stage.run()

    @invariant()
    def nothing_is_crossed(self) -> None:
        assert self.faults == []
        assert self.platform.crossed == []

    @invariant()
    def links_are_told_of_to_their_own_people(self) -> None:
        for person, fact in self.messenger.told:
            live = getattr(fact, "live", None)
            if isinstance(live, PendingLink):
                assert live.person == person
                assert live.link.organization_id == organization_of(person.team_id)

    @invariant()
    def own_keys_serve_their_owners_alone(self) -> None:
        for person in EVERYBODY:
            kept = self.stage.keys.get(person)
            assert kept is None or kept.startswith(f"ak_{person.team_id}_")

    def teardown(self) -> None:
        self.stage.background.shutdown()


Workspaces.TestCase.settings = settings(
    max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestWorkspaces = Workspaces.TestCase
