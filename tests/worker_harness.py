"""One worker's logic on fakeredis, with stubs for the outside and a clock that the test turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, ClassVar

import fakeredis
from cryptography.fernet import Fernet

from slack_app.adapters.asks import RedisAsks
from slack_app.adapters.audit import RedisAudit
from slack_app.adapters.catalogue import RedisCatalogue
from slack_app.adapters.drafts import RedisDrafts
from slack_app.adapters.homes import RedisHomes
from slack_app.adapters.jobs import BACKGROUND, PERSON, SCHEDULED, WAITING, ring_key
from slack_app.adapters.jobs.consumer import JobConsumer
from slack_app.adapters.jobs.delivery import Delivery
from slack_app.adapters.jobs.producer import JobProducer
from slack_app.adapters.limits import RedisLimits
from slack_app.adapters.links.pending import RedisLinks
from slack_app.adapters.links.schedule import ORDER, RedisSchedule
from slack_app.adapters.links.states import RedisStates
from slack_app.adapters.links.steps import RedisLinkSteps
from slack_app.adapters.owners import RedisOwners
from slack_app.adapters.secrets.installations import RedisInstallations
from slack_app.adapters.secrets.keys import RedisKeys
from slack_app.adapters.secrets.vault import Vault
from slack_app.adapters.setups import RedisSetups
from slack_app.errors import Meaning, UpstreamError
from slack_app.features.dependencies import Dependencies
from slack_app.features.menu import Choice
from slack_app.handlers import handlers
from slack_app.job_runner import ACK_SECONDS, JobRunner
from slack_app.model.facts import HomeFact, MessageFact, ModalFact
from slack_app.model.jobs import Job
from slack_app.model.links import Authorization, Completion
from slack_app.model.messages import MessageRef
from slack_app.model.tasks import Reply, task_of
from slack_app.model.tools import Connection, Connector, Ownership
from slack_app.model.users import Known, Role, SlackUser
from slack_app.model.workspaces import Credentials
from slack_app.ports.slack import HasResponseUrl
from slack_app.views import render_home, render_message, render_modal

START = 1_900_000_000.0  # Redis expires states by its own clock, so the tests' time lies ahead of it
JOB: Job[Any] = Job(
    "T1:U1:1", SlackUser("E1", "T1", "U1"), "C1", "https://hooks.slack.com/commands/x", "github", {}, START, "connect"
)
DOWN = UpstreamError("platform", status=503, retryable=True)
SLACK_DOWN = UpstreamError("slack", status=503, retryable=True)
SLACK_REFUSES = UpstreamError("slack", status=404, meaning=Meaning.OTHER_WAY)


class PlatformStub:
    """Raises what it is told to, else gives a new link each time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.error: BaseException | None = None
        self.complete_error: Exception | None = None
        self.complete_errors: dict[str, Exception] = {}
        """What is raised about some states alone."""
        self.catalogue_error: Exception | None = None
        self.accounts_error: Exception | None = None
        self.tool_error: Exception | None = None
        self.connectors = [Connector(name, name) for name in ("github", "gitlab", "sharepoint")]
        self.refuses_all_but: set[str] = set()
        self.completion = Completion(None)
        self.completions: list[tuple[float, str]] = []
        self.connected: list[Connection] = []
        self.disconnected: list[str] = []
        self.health: bool | None = True
        self.links = 0
        self.looked_up: list[str] = []
        """The tools and the connections about which it was asked."""
        self.keys_used: set[str] = set()
        self.asked: list[tuple[str, str, Mapping[str, Any]]] = []

    def authorize(self, credentials: Credentials, connector_type: str, parameters: Mapping[str, Any]) -> Authorization:
        self.keys_used.add(credentials.api_key)
        self.asked.append((credentials.organization_id, connector_type, parameters))
        if self.error:
            raise self.error
        if self.refuses_all_but and connector_type not in self.refuses_all_but:
            raise UpstreamError("platform", status=404)
        self.links += 1
        return Authorization(f"https://github.com/?state=s{self.links}", f"s{self.links}", "github.com")

    def catalogue(self, credentials: Credentials) -> Sequence[Connector]:
        if self.catalogue_error:
            raise self.catalogue_error
        return self.connectors

    def check(self, credentials: Credentials) -> None:
        self.accounts(credentials)

    def accounts(self, credentials: Credentials) -> Sequence[Connection]:
        if self.accounts_error:
            raise self.accounts_error
        return [replace(connection, id="") for connection in self.connected]

    def connections_of(
        self, credentials: Credentials, tool_key: str, *, is_for_link: bool = False, is_counted: bool = True
    ) -> Sequence[Connection]:
        self.looked_up.append(tool_key)
        if self.tool_error:
            raise self.tool_error
        return [connection for connection in self.connected if connection.tool_key == tool_key]

    def is_healthy(self, credentials: Credentials, credential_id: str) -> bool | None:
        self.looked_up.append(credential_id)
        return self.health

    def switch(self, credentials: Credentials, credential_id: str, *, is_active: bool) -> None:
        self.connected = [replace(c, is_active=is_active) if c.id == credential_id else c for c in self.connected]

    def rename(self, credentials: Credentials, credential_id: str, label: str) -> None:
        self.connected = [replace(c, label=label) if c.id == credential_id else c for c in self.connected]

    def complete(self, credentials: Credentials, state: str) -> Completion:
        self.completions.append((self.clock(), state))
        if error := self.complete_errors.get(state, self.complete_error):
            raise error
        return self.completion

    def disconnect(self, credentials: Credentials, credential_id: str) -> bool:
        self.disconnected.append(credential_id)
        before = len(self.connected)
        self.connected = [connection for connection in self.connected if connection.id != credential_id]
        return len(self.connected) < before


class MessengerStub:
    """Keeps what was said; each way can be closed. It is rendered as for Slack: what no view can show fails here."""

    def __init__(self) -> None:
        self.dms: list[object] = []
        self.dm_to: list[str] = []
        self.dm_threads: list[MessageRef | None] = []
        self.answers: list[object] = []
        self.edits: list[tuple[MessageRef, object]] = []
        self.deleted: list[MessageRef] = []
        self.retracted = 0
        self.modals: list[object] = []
        self.updates: list[tuple[str, object]] = []
        self.homes: list[tuple[SlackUser, object]] = []
        self.modal_error: Exception | None = None
        self.edit_error: Exception | None = None
        self.dm_error: Exception | None = None
        self.answer_error: Exception | None = None
        self.home_error: Exception | None = None

    def post_dm(self, person: SlackUser, fact: MessageFact, thread: MessageRef | None = None) -> MessageRef:
        if self.dm_error:
            raise self.dm_error
        render_message(fact, "/connect")
        self.dms.append(fact)
        self.dm_to.append(person.user_id)
        self.dm_threads.append(thread)
        return MessageRef(f"D-{person.user_id}", str(len(self.dms)))

    def edit_dm(self, person: SlackUser, posted: MessageRef, fact: MessageFact) -> None:
        if self.edit_error:
            raise self.edit_error
        render_message(fact, "/connect")
        self.edits.append((posted, fact))

    def delete_dm(self, person: SlackUser, posted: MessageRef) -> None:
        self.deleted.append(posted)

    def open_modal(self, person: SlackUser, trigger_id: str, fact: ModalFact) -> None:
        if self.modal_error:
            raise self.modal_error
        if not trigger_id:
            raise SLACK_REFUSES
        render_modal(fact, "/connect")
        self.modals.append(fact)

    def update_modal(self, person: SlackUser, view_id: str, fact: ModalFact) -> None:
        if self.modal_error:
            raise self.modal_error
        render_modal(fact, "/connect")
        self.updates.append((view_id, fact))

    def publish_home(self, person: SlackUser, fact: HomeFact) -> None:
        if self.home_error:
            raise self.home_error
        render_home(fact, "/connect")
        self.homes.append((person, fact))

    def respond(self, place: HasResponseUrl, fact: MessageFact) -> None:
        assert place.response_url, "there is nowhere to answer"
        if self.answer_error:
            raise self.answer_error
        render_message(fact, "/connect")
        self.answers.append(fact)

    def delete_ephemeral(self, place: HasResponseUrl) -> None:
        assert place.can_replace, "a command's response URL deletes nothing"
        self.retracted += 1


class PeopleStub:
    """Everybody is a member, but for those who are given a role."""

    def __init__(self) -> None:
        self.roles: dict[str, Role] = {}
        self.grids: dict[str, str] = {}
        """Of whom Slack says another Grid than the request."""
        self.noted: list[SlackUser] = []
        self.error: Exception | None = None

    def role_of(self, person: SlackUser) -> Role:
        if self.error:
            raise self.error
        return self.roles.get(person.user_id, Role.MEMBER)

    def known(self, person: SlackUser) -> Known:
        return Known(self.grids.get(person.user_id, person.enterprise_id), self.role_of(person))

    def can_set_up(self, person: SlackUser) -> bool | None:
        return self.role_of(person).is_admin

    def may_be_of_grid(self, person: SlackUser) -> bool:
        return False

    def note(self, person: SlackUser) -> None:
        self.noted.append(person)

    def admins_of(self, person: SlackUser) -> Sequence[str]:
        return [user_id for user_id, role in self.roles.items() if role.is_admin]


class WorkerHarness:
    """One worker's logic on fakeredis, with a clock that the test turns."""

    opened: ClassVar[list[WorkerHarness]] = []

    def __init__(
        self,
        redis: Any = None,
        platform: type[PlatformStub] = PlatformStub,
        messenger: type[MessengerStub] = MessengerStub,
        encryption_key: str = "",
        people: Callable[[Any], Any] = lambda _redis: PeopleStub(),
    ) -> None:
        self.opened.append(self)
        self.redis: Any = redis or fakeredis.FakeRedis(decode_responses=True)
        self.now = START
        self.platform, self.messenger = platform(lambda: self.now), messenger()
        self.consumer = JobConsumer(blocking=self.redis, redis=self.redis, consumer="a")
        self.consumer.open()
        self.queue = JobProducer(self.redis)
        self.homes = RedisHomes(self.redis)
        self.links = RedisLinks(self.redis, lambda: self.now)
        self.schedule = RedisSchedule(self.redis, lambda: self.now)
        self.background = ThreadPoolExecutor(1)
        self.catalogue = RedisCatalogue(self.redis, lambda: self.now)
        self.owners = RedisOwners(self.redis)
        self.setups = RedisSetups(self.redis, {"T1": "org_a"})
        self.choice = Choice(self.setups, self.catalogue)
        vault = Vault([encryption_key or Fernet.generate_key().decode()])
        self.keys = RedisKeys(self.redis, vault, self.setups)
        self.people, self.limits = people(self.redis), RedisLimits(self.redis, lambda: self.now)
        self.drafts, self.audit = RedisDrafts(self.redis), RedisAudit(self.redis)
        self.asks = RedisAsks(self.redis)
        self.good_tokens: set[str] = set()
        """The bot tokens that Slack still takes."""
        self.installations = RedisInstallations(self.redis, vault, lambda: self.now, self.good_tokens.__contains__)
        self.left: set[str] = set()
        """The workspaces that have removed the app; in this logic's tests all others have it."""
        self.foreign: set[str] = set()
        """The workspaces that the app does not serve."""
        deps = Dependencies(
            setups=self.setups,
            keys=self.keys,
            secrets=self.keys,
            installations=self.installations,
            is_installed=lambda person: person.team_id not in self.left,
            default_key="ak_default",
            is_served=lambda person: person.team_id not in self.foreign,
            people=self.people,
            asks=self.asks,
            limits=self.limits,
            audit=self.audit,
            platform=self.platform,
            states=RedisStates(self.redis),
            links=self.links,
            link_steps=RedisLinkSteps(self.redis, lambda: self.now, self.limits),
            schedule=self.schedule,
            catalogue=self.catalogue,
            owners=self.owners,
            drafts=self.drafts,
            homes=self.homes,
            queue=self.queue,
            messenger=self.messenger,
            required_details={"sharepoint": ("site_name",)},
            background=self.background,
            link_seconds=600,
            clock=lambda: self.now,
            random=lambda: 0.5,
        )
        self.handlers, self.poller = handlers(deps)
        self.job_runner = JobRunner(self.consumer, self.handlers, deps)

    def enqueue(self, job: Job[Any] = JOB) -> None:
        """Have it come; that of a modal at a time when the modal's acknowledgement has long been applied."""
        task = task_of(job.kind)
        if task and task.reply is Reply.MODAL:
            job = replace(job, accepted_at=job.accepted_at - ACK_SECONDS)
        self.queue.enqueue(job)

    def run(self) -> None:
        """Do what is due now, and what follows from it at once."""
        self.consumer.requeue_due(self.now)
        for delivery in self.taken():
            self.job_runner.run(delivery)
        self.job_runner.notify_overdue()
        for link in self.schedule.take_due(10):
            self.poller.poll(link.id)

    def taken(self) -> Iterator[Delivery]:
        """Take one job after the other, until there is none."""
        while delivery := self.consumer.take():
            yield delivery

    def take_over(self) -> None:
        """Have what is in hand come again, as after the death of its worker."""
        JobConsumer(blocking=self.redis, redis=self.redis, consumer="b", lease_seconds=0).requeue_stale()

    def own(self, *connections: Connection, person: SlackUser = JOB.person, organization_id: str = "org_a") -> None:
        """Have the connections made by the person through the app."""
        owned = {one.digest: Ownership(person, one.tool_key, self.now) for one in connections}
        self.owners.save(organization_id, owned)

    def finish_behind(self) -> None:
        """Wait for what is done while nobody waits."""
        self.background.submit(lambda: None).result()

    def run_until(self, seconds: float) -> None:
        """Let time pass, second by second; those in which nothing is due are left out."""
        end = START + seconds
        while self.now < end:
            self.run()
            self.now += max(1.0, math.ceil(min(self._due_at(), end) - self.now))

    def _due_at(self) -> float:
        """Return when something is due next; what waits in a line stands there with its turn, and is due at once."""
        keys = [ORDER, SCHEDULED, WAITING, ring_key(PERSON), ring_key(BACKGROUND)]
        firsts = [self.redis.zrange(key, 0, 0, withscores=True) for key in keys]
        return min((score for first in firsts for _, score in first), default=math.inf)

    @property
    def is_idle(self) -> bool:
        return self.queue.facts()[0] == 0
