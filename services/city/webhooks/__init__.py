"""The caller: brings facts to the receivers of subscribers by HTTP, in order per subject."""
