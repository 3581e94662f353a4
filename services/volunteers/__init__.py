"""Volunteers: their hours, minute by minute (服务时长), and what rests on them.

Owns what was heard and decided of attendances, the append-only ledger with its chains and daily
roots, requests for corrections and missing records, the duty to complete records in time, the
certificates and stars given by the ledger, and the register of volunteers as persons with their
sealed identities, consents, qualifications, training, honours and ratings. Tells the facts of
`contracts.volunteers`, `contracts.volunteers_corrections` and `contracts.volunteers_certificates`.
Listens to what events tells of scans, attendances, sessions and contacts.
"""
