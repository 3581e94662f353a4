"""Doors for people and other systems over HTTP: declared with `door`, answered as JSON or a page.

    class Http:
        name = "events-http"
        app = Application(build)
        errors = {AlreadyRegistered: Problem(409, "already_registered")}

        @door("POST", "/api/sessions/<string:session_id>/registrations",
              allow=ANYONE, body=SignUp(), answer=Registration(), status=201, writes=True)
        def sign_up(self, call: Call, session_id: str) -> Any: ...
"""

from kernel.web.access import (
    ANYONE,
    AUDITOR,
    CASEWORKER,
    CHECKER,
    DEPARTMENT,
    DESK,
    MACHINES,
    OPERATOR,
    ORGANISER,
    PROVIDER,
    RESIDENT_COOKIE,
    STAFF,
    STAFF_COOKIE,
    SUBSCRIBER,
    VIEWER,
    Allow,
)
from kernel.web.call import Call, Form
from kernel.web.door import Door, door
from kernel.web.problem import Problem, Refused

__all__ = ["ANYONE", "AUDITOR", "CASEWORKER", "CHECKER", "DEPARTMENT", "DESK", "MACHINES",
           "OPERATOR", "ORGANISER", "PROVIDER", "RESIDENT_COOKIE", "STAFF", "STAFF_COOKIE",
           "SUBSCRIBER", "VIEWER", "Allow", "Call", "Door", "Form", "Problem", "Refused", "door"]
