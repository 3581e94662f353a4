"""The hours ledger (服务时长): what each volunteer's scans are worth, minute by minute.

Owns the attendances as heard, the append-only ledger, and the register of volunteers as persons
with their sealed identities, consents, qualifications, training, honours and ratings. Tells
HoursCredited, HoursHeld, QualificationRecorded and QualificationExpired. Listens to ScannedIn,
ScannedOut, AttendanceRecorded and ContactRecorded of the events service.
"""
