"""Everything that is generated from the facts: schemas, examples, catalogue, AsyncAPI document."""
