"""When Dagster computes something by itself. What starts a source's import is in its folder."""

from datetime import timedelta

import dagster as dg

FOLLOWS = (
    dg.AutomationCondition.eager().without(dg.AutomationCondition.in_latest_time_window())
    & dg.AutomationCondition.all_deps_blocking_checks_passed()
)
"""As soon as all it reads is there for a month, also an old one, and passed the checks that count.

`eager` alone looks at the newest month only.
"""

FOLLOWS_NEWEST = FOLLOWS & dg.AutomationCondition.in_latest_time_window(timedelta(days=62))
"""The same for what holds one month at a time: filling in old months does not concern it."""
