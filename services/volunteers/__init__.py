"""Volunteers: their hours, minute by minute (服务时长), and what rests on them.

Owns what was heard and decided of attendances, the append-only ledger with its chains and daily
roots, the certificates and stars given by it, and the register of volunteers as persons with their
sealed identities, consents, qualifications, training, honours and ratings. Tells the facts of
`contracts.volunteers` and `contracts.volunteers_certificates`. Listens to scans, attendances,
sessions that move or are cancelled, and contacts, as events tells them.
"""
