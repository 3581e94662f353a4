"""Activities and everything that happens at them, from the open door to the closed session.

Owns programmes, activities, sessions (场次), places, registrations, attendance, visits,
redemptions, work items, and people with their sealed contacts. Tells every fact of
`contracts/events/`. Listens to QualificationRecorded and QualificationExpired of volunteers.
"""
