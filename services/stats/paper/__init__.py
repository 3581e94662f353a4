"""A published brief as files: a document to send on, a sheet to reckon with."""
