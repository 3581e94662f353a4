"""Who acts in tests: a member who may everything but cases and audit, and one who may cases too."""

from __future__ import annotations

from kernel.rights import EVERYTHING, ROLES, Rights, Sight

TRUST = EVERYTHING | ROLES["caseworker"]
MEMBER = Rights(staff=True, permissions=EVERYTHING)
TRUSTED = Rights(staff=True, permissions=TRUST)
CLEAR = Sight(names=True)
