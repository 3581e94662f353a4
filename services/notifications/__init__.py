"""SMS to residents and volunteers: what is worth saying, said once, and what became of it.

Owns messages with every attempt to send them, and sealed telephone numbers. Tells
MessageSubmitted, MessageDelivered and MessageFailed. Listens to the sign-up facts, the questions
to guardians and the contacts of the events service and to HoursCredited of the volunteers service.
"""
