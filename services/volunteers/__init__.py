"""The hours ledger (服务时长): what each volunteer's scans are worth, minute by minute.

Owns the attendances as heard and the append-only ledger. Tells HoursCredited and HoursHeld.
Listens to ScannedIn, ScannedOut and AttendanceRecorded of the events service.
"""
