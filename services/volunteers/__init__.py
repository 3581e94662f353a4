"""The hours ledger (服务时长): what each volunteer's scans are worth, minute by minute.

Owns what was heard and decided of attendances, and the append-only ledger with its chains and
daily roots. Tells HoursCredited, HoursHeld, HoursWithheld, HoursCorrected and LedgerRooted.
Listens to ScannedIn, ScannedOut, AttendanceRecorded, SessionMoved and SessionCancelled of the
events service.
"""
