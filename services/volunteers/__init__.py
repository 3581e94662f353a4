"""The hours ledger (服务时长): what each volunteer's scans are worth, minute by minute.

Owns the attendances as heard, the append-only ledger and the certificates issued from it. Tells
HoursCredited, HoursHeld, CertificateIssued and CertificateRevoked. Listens to ScannedIn,
ScannedOut, AttendanceRecorded and, privately, ContactRecorded of the events service.
"""
