"""The hours ledger (服务时长): what each volunteer's scans are worth, minute by minute.

Owns the attendances as heard, the append-only ledger, requests for corrections and missing
records, and the duty to complete records in time. Tells HoursCredited, HoursHeld and what became
of both, CorrectionRequested, CorrectionDecided and RecordOverdue. Listens to what the events
service tells of scans, attendances and sessions.
"""
