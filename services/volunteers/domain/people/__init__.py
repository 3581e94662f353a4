"""The rules about volunteers as persons: who they are, what they agreed to, what they may do."""
