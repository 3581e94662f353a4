"""The rules that can be broken here, one exception each, carrying the values that say why."""

from services.volunteers.domain.broken.deciding import *  # noqa: F403
from services.volunteers.domain.broken.everywhere import *  # noqa: F403
from services.volunteers.domain.broken.ledger import *  # noqa: F403
from services.volunteers.domain.broken.rule import *  # noqa: F403
