"""Users of broker and database, one per process, each with the rights of its part and no others."""

from ops.grants.granting import grant_broker, grant_database
from ops.grants.settings import Admin, AdminSettings

__all__ = ["Admin", "AdminSettings", "grant_broker", "grant_database"]
