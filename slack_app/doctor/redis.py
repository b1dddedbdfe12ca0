"""What Redis's facts mean: is what was accepted kept until it is done?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slack_app.adapters.probes.redis import RedisFacts, is_before
from slack_app.doctor.finding import Finding, is_good, note, to_do, wrong

SUBJECT, REDIS_VERSION = "Redis", "Redis version"
OLDEST = "6.2"
"""`ZADD … LT` and `XAUTOCLAIM` came with it: https://redis.io/docs/latest/commands/xautoclaim/"""
NEARLY_FULL = 0.9
_FOR_GOOD = "then redis-cli config rewrite, or the same in its configuration"
"""So that it is still so after a restart; a server that was started without a file cannot rewrite it."""
_OUTAGES: Mapping[str, tuple[str, str]] = {
    "refused": (
        "does not answer: the connection is refused or broken",
        "Start Redis, or correct REDIS_URL (rediss:// where Redis speaks TLS).",
    ),
    "silent": (
        "takes the connection and does not answer in time",
        "Restart Redis if it hangs, or correct REDIS_URL; look for a firewall between here and there.",
    ),
    "name": ("does not answer: the name of its host is not known here", "Correct the host in REDIS_URL."),
    "password": (
        "refuses the user or the password",
        "Correct user and password in REDIS_URL (redis://user:password@…).",
    ),
    "permission": (
        "does not let its user run PING",
        'Give the user the rights of the line ACL SETUSER in docs/deploy.md, "What it needs".',
    ),
    "clients": (
        "takes no more clients",
        f"redis-cli config set maxclients 10000, {_FOR_GOOD}; or a smaller REDIS_MAX_CONNECTIONS for every process.",
    ),
    "database": ("has no database of that number", "End REDIS_URL with /0, or raise databases of Redis."),
    "busy": (
        "runs a script of somebody's that does not end, and answers nobody else",
        "End it with redis-cli SCRIPT KILL, and look for whoever sends it: none of this app's takes so long.",
    ),
    "loading": ("is reading its file and answers nothing yet", "Wait, then run slack-app doctor again."),
    "no_primary": (
        "has no primary by that name, says Sentinel, or no Sentinel answers",
        "Correct the addresses and the service in REDIS_URL (redis+sentinel://host:26379/<service>/0).",
    ),
    "not_a_cluster": (
        "is not a Cluster, as REDIS_URL says",
        "Write redis:// instead of redis+cluster:// in REDIS_URL.",
    ),
    "cluster": (
        "is a node of a Cluster and leads elsewhere, or its Cluster is down",
        "Write redis+cluster:// in REDIS_URL; look at CLUSTER INFO.",
    ),
    "tls": (
        "does not answer with TLS: it speaks none, its certificate is not accepted, or it hangs",
        "Write redis:// instead of rediss:// for a Redis without TLS; else end REDIS_URL with the authority's file, "
        "?ssl_ca_certs=/path/to/ca.pem, or with ?ssl_cert_reqs=none where nobody known has signed it (Heroku).",
    ),
}
_MORE_MEMORY = (
    "Raise maxmemory above what redis-cli info memory shows (hosted: take a larger plan): redis-cli config set "
    f"maxmemory 1gb, {_FOR_GOOD}; or remove what others keep there."
)
_UNWRITABLE: Mapping[str, tuple[str, str]] = {
    "memory": (
        "is full: it takes no more requests, and no work is begun",
        f"{_MORE_MEMORY} What waits then goes on by itself.",
    ),
    "replica": (
        "is a replica and takes no writes: no request is taken",
        "Lead REDIS_URL to the primary, or use redis+sentinel:// so that the primary is found.",
    ),
    "disk": (
        "cannot write its file and takes no writes",
        "Make room on Redis's disk and look into its log; it takes writes again after the next good save.",
    ),
    "replicas": (
        "has too few replicas that follow, and takes no writes",
        "Start the replicas, or lower min-replicas-to-write of Redis.",
    ),
}


_IN_FILE = ", and in its ACL file or configuration, which docs/deploy.md has as one line."


def check_redis(facts: RedisFacts) -> Iterator[Finding]:
    """Judge whether Redis answers, takes writes, keeps what it is given, and never throws anything away."""
    if facts.outage:
        yield wrong(SUBJECT, *_OUTAGES.get(facts.outage, _OUTAGES["refused"]))
        return
    yield is_good(SUBJECT, "answers")
    yield from _check_writes(facts)
    if facts.version is None:
        yield note(
            SUBJECT, "does not tell about itself (INFO is not allowed): its file and its memory were not checked"
        )
        return
    if is_before(facts.version, OLDEST):
        text = f"{facts.version} is too old; the app needs Redis {OLDEST} or later, or Valkey"
        yield wrong(REDIS_VERSION, text, f"Update Redis to {OLDEST} or later.")
    yield from check_durability(facts)


def check_durability(facts: RedisFacts) -> Iterator[Finding]:
    """Judge whether what Redis was given survives its restart, and a full memory."""
    if facts.version is None:
        return
    if facts.has_append_only_file:
        yield is_good(SUBJECT, "has an append-only file: accepted requests survive its restart")
    elif facts.has_append_only_file is None:
        text = "shows no append-only file, and its host does not say how it is configured"
        yield to_do(SUBJECT, text, "Make sure that its plan keeps what it is given when it restarts (persistence).")
    else:
        text = "has no append-only file: a restart loses the requests that were accepted and not yet done"
        yield wrong(SUBJECT, text, f"redis-cli config set appendonly yes, {_FOR_GOOD}.")
    if facts.policy == "noeviction":
        yield is_good(SUBJECT, "evicts nothing")
    else:
        text = f"evicts keys when its memory is full ({facts.policy}): requests, mappings and tokens can be lost"
        yield wrong(SUBJECT, text, f"redis-cli config set maxmemory-policy noeviction, {_FOR_GOOD}.")
    if facts.memory_used > NEARLY_FULL and not facts.unwritable:
        text = f"has used {facts.memory_used:.0%} of its memory: when it is full, no request is taken"
        yield to_do(SUBJECT, text, _MORE_MEMORY)


def _check_writes(facts: RedisFacts) -> Iterator[Finding]:
    if facts.unwritable in _UNWRITABLE:
        yield wrong(SUBJECT, *_UNWRITABLE[facts.unwritable])
    elif facts.unwritable in _OUTAGES and facts.unwritable != "permission":
        yield wrong(SUBJECT, *_OUTAGES[facts.unwritable])
    elif facts.forbidden or facts.unwritable == "permission":
        yield _forbidden(facts.forbidden)
    else:
        yield is_good(SUBJECT, "takes writes")


def _forbidden(commands: tuple[str, ...]) -> Finding:
    if "*" in commands:
        text = "does not let its user touch the app's keys: no request is taken"
        return wrong(SUBJECT, text, f"Give the user the keys: redis-cli ACL SETUSER <user> ~slack_app:*{_IN_FILE}")
    names = commands or ("EVAL",)
    text = f"does not let its user run {', '.join(names)}: requests fail where the app needs it"
    allowed = " ".join(f"+{name.lower()}" for name in names)
    return wrong(SUBJECT, text, f"Give the user the commands: redis-cli ACL SETUSER <user> {allowed}{_IN_FILE}")
