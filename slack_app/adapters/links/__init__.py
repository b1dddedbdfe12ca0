"""The links that wait for their people, when each is polled, and the OAuth states that are out.

pending.py and steps.py, one link per person and tool:

    slack_app:{links}:link:<id>         hash: made, owner, organization, dm, outcome, polls, prioritized_at,
                                        check_requested_at, checked, late_looks, seen:<connection>,
                                        answered:<fact>:<number of a private answer>; a day longer than the link, so
                                        that its buttons still know what they are about
    slack_app:{links}:answers:<id>      list: the private messages in which it was asked for or pressed, the last few;
                                        30 minutes after the last press, as long as Slack takes anything there
    slack_app:{links}:live:<person>:<tool>   "link:<id>" while it lives, "job:<id>" for 30 s while a job makes one
    slack_app:{links}:only:<organization>:<tool>   the same, for tools of which only one link may be out
    slack_app:{links}:tool:<organization>:<tool>   sorted set: link id -> when it was made, of the last day
    slack_app:{links}:turn:<organization>:<tool>   sorted set: job id -> when it was accepted; who is next; an hour
    slack_app:{links}:turn-asked:<organization>:<tool>   sorted set: job id -> when it last asked for its turn; an hour
    slack_app:{links}:ended             hash: outcome -> how many links ended so; no lifetime: it counts
    slack_app:{links}:brought           hash: bound of a histogram -> how many links were in Slack so soon after their
                                        request, and the sum of the seconds; no lifetime: it counts
    slack_app:{links}:workspace:<id>    set: the links of a workspace's, and of a Grid's, people; as long as the last of
                                        their records

schedule.py, in the same hash slot:

    slack_app:{links}:hurried:<organization>, …:idle:<organization>   sorted sets: link id -> when it is polled next,
                                        the first for those whose person has just opened them; what is in them leaves
                                        when the link has ended and its person knows
    slack_app:{links}:order             sorted set: organization -> when one of its links is due and it may be asked;
                                        those that have something in the two above; no lifetime, for that reason
    slack_app:{links}:organizations     set: the same of versions before, without the time; emptied into the above
    slack_app:{links}:budget:<organization>   hash: how many links may be polled now; two minutes

budget.py, in the same hash slot:

    slack_app:{links}:requests-link:<organization>, …:requests-poll:…, …:requests-lookup:…   sorted sets: the id of
                                        who asked, if anybody, and a random word -> when the platform was asked, within
                                        the last minute; two minutes

states.py:

    slack_app:state:<state>             JSON: whose it is, for what; as long as its link is offered (STATE_TTL_SECONDS)

An outage fails closed: without its record and its state no link is shown.
"""

from __future__ import annotations

from slack_app.adapters.redis import PREFIX

KEYS = f"{PREFIX}{{links}}:"


def link_key(link_id: str) -> str:
    """Return the key of a link's record."""
    return f"{KEYS}link:{link_id}"
