"""What a sheet is asked to hold."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.events.schemas.activities import ActivityQuery


class RosterExportQuery(Schema):
    """`full=1`: telephone numbers with their middle, for caseworkers."""

    full = fields.Boolean(load_default=False)


class ActivityExportQuery(ActivityQuery):
    """Which sessions; `from` and `to` are inclusive days of their start in Asia/Shanghai."""

    class Meta:
        """A street has no sheet of its own."""

        exclude = ("street",)
