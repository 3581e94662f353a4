"""The four services; each owns its documents, tells facts and asks nobody while answering a person."""
