"""The rules that can be broken here, one exception each, carrying the values that say why.

A new rule is gathered by itself; it needs a row in `service/errors.py`.
"""

from services.events.domain.broken.deciding import *  # noqa: F403
from services.events.domain.broken.desk import *  # noqa: F403
from services.events.domain.broken.family import *  # noqa: F403
from services.events.domain.broken.kinds import *  # noqa: F403
from services.events.domain.broken.looks import *  # noqa: F403
from services.events.domain.broken.no_shows import *  # noqa: F403
from services.events.domain.broken.organising import *  # noqa: F403
from services.events.domain.broken.people import *  # noqa: F403
from services.events.domain.broken.residents import *  # noqa: F403
from services.events.domain.broken.rule import *  # noqa: F403
from services.events.domain.broken.signing_up import *  # noqa: F403
from services.events.domain.broken.staff_accounts import *  # noqa: F403
