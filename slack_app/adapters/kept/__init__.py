"""What Redis keeps of a person, and of a workspace: every kind of key, to find it, give it out, and forget it.

`TREATMENTS` has each kind under the name that docs/security.md gives it; a test holds the two together, so that a new
kind of key says here what is to be done with it. What stands under a key that is not listed (of another version, or
moved aside as `…:broken`) is treated as `PARTS`.

Nothing here is atomic: the app may write meanwhile. So `forget` goes on until it finds nothing more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from slack_app.adapters.redis import PREFIX


class Treatment(Enum):
    """What is done with a key whose own name does not name whoever is forgotten, but in which they are named."""

    PARTS = auto()
    """Of a set, a list, a hash, a stream leaves what names them; a text goes."""
    WHOLE = auto()
    """A record of one thing in several fields: it goes."""
    JOB = auto()
    """A job goes with all that leads to it, unless a worker has it in hand."""
    SETUP = auto()
    """The set-up stays; who chose it, and whom it names for help, leaves it."""
    TRAIL = auto()
    """The change stays in the audit trail; who made it does not."""
    NOBODY = auto()
    """No id of a person or workspace stands in it: counts, marks and lists of tools, and what the platform said."""


_NAMES = {
    Treatment.PARTS: """
        {installations}:of:<enterprise>:<team> {installations}:all refresh:<enterprise>:<team>
        keys:<enterprise>:<team> keys setups use:{slack_app:audit} noted:{slack_app:audit}:<id>
        {jobs}:line:<lane>:<tenant> {jobs}:ring:<lane> {jobs}:later {jobs}:waiting {jobs}:dead
        draft:<id> waiting-for-key:<person> draft-response-url:<id>
        {asks:<workspace>}:causes {asks:<workspace>}:waiting:<cause> {asks:<workspace>}:posts:<cause>
        {asks:<workspace>}:told:<cause> {asks:<workspace>}:workspaces
        state:<state> {links}:live:<person>:<tool> {links}:only:<organization>:<tool>
        {links}:tool:<organization>:<tool> {links}:workspace:<id> {links}:answers:<id>
        {links}:turn:<organization>:<tool> {links}:turn-asked:<organization>:<tool>
        {links}:hurried:<organization> {links}:idle:<organization>
        {links}:requests-link:<organization> {links}:requests-poll:<organization>
        {links}:requests-lookup:<organization>
        limit:<kind>:<whose> connected:<person> owners:<organization> key-explained:<organization>:<person>
        connections:<credentials>:<tool> home_off:<enterprise>:<team> home:<person> welcomed:<person>
        admins:<enterprise>:<team> known:<where>:<user>
    """,
    Treatment.WHOLE: "{links}:link:<id>",
    Treatment.JOB: "{jobs}:job:<id> {jobs}:dead-job:<id> {jobs}:stream",
    Treatment.SETUP: "setup:<id>",
    Treatment.TRAIL: "audit",
    Treatment.NOBODY: """
        {jobs}:wake {jobs}:workers {jobs}:outcomes {noticed}:commands {noticed}:hosts {probe}:<random>
        {links}:order {links}:organizations {links}:ended {links}:brought {links}:budget:<organization>
        catalogue:<organization> catalogue-asked:<organization> health:<connection> install-taken:<digest>
    """,
}
TREATMENTS = {name: treatment for treatment, names in _NAMES.items() for name in names.split()}
_STARTS = sorted(((name.partition("<")[0], name) for name in TREATMENTS), key=lambda start: -len(start[0]))


def name_of(key: str) -> str:
    """Return the name of a key's kind; the part after the prefix, up to an id, for one that is not known."""
    rest = key.removeprefix(PREFIX)
    for start, name in _STARTS:
        if rest == name or (start != name and rest.startswith(start) and name.endswith(_last(rest, name))):
            return name
    return rest.partition(":")[0]


def _last(rest: str, name: str) -> str:
    """Return how the key must end where its kind's name has words behind the first id, as those of `asks` have."""
    if not name.startswith("{asks:"):
        return ""
    word = rest.rpartition("}:")[2].partition(":")[0]
    return f"}}:{word}" if name.endswith(f"}}:{word}") else f"}}:{word}:<cause>"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is looked for: the ids of a person, or of a workspace (with `teams` of a Grid: of those, too).

    `places` are workspaces and Grids, where only what names one of them counts. `records` are ids of what is theirs
    (links, requests that wait), which other keys know by those alone; a pass over Redis finds them.
    """

    ids: frozenset[str]
    is_person: bool
    places: frozenset[str] = frozenset()
    records: set[str] = field(default_factory=set)

    def is_named(self, *texts: str) -> bool:
        """Return whether the texts, taken together, name them."""
        words = {word for text in texts for word in re.findall(r"[A-Za-z0-9]+", text)}
        if not words.isdisjoint(self.records):
            return True
        return not words.isdisjoint(self.ids) and (not self.places or not words.isdisjoint(self.places))
