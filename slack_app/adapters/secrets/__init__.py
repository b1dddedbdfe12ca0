"""What is kept encrypted: tokens of installations, and API keys of people; each opens only for its owner (vault.py).

    slack_app:{installations}:of:<enterprise>:<team>   hash: sealed (all that Slack gave, bound to the two ids),
                                                       installed_at (epoch seconds, our clock: which one it is),
                                                       granted:<team> (as an event says: when the workspace
                                                       joined its Grid)
    slack_app:{installations}:all                      set: "<enterprise>:<team>" of each
    slack_app:keys:<enterprise>:<team>                 hash: user id -> the person's own key, sealed; the Grid's id
                                                       stands for the team's where the setup is that of the Grid
    slack_app:keys                                     set: "<enterprise>:<team>" of each

The key that a workspace has for all stands in its setup (setups.py), sealed for it and the organization that it was
accepted for. None of these has a lifetime: a token cannot be asked for again, only a person can install anew, and a key
is kept until its person removes it; all go when Slack says that the app was removed. The braces keep the installations
in one slot of a Redis Cluster, where one script may touch them. One of an installation's two ids may be empty: the
enterprise's for a workspace without a Grid, the team's for an org-wide installation.

An outage fails closed: nothing is promised before it is kept, no token guessed.
"""
