"""Volunteers: their hours, minute by minute (服务时长), and what rests on them.

Owns the attendances as heard, the append-only ledger, the certificates and stars given by it, and
the register of volunteers as persons with their sealed identities, consents, qualifications,
training, honours and ratings. Tells the facts of `contracts.volunteers` and
`contracts.volunteers_certificates`. Listens to scans, attendance and contacts told by events.
"""
