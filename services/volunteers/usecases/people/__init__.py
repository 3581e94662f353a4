"""What the register does: register, recover, agree, record, show, keep and forget."""
