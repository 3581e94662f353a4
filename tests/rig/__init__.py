"""The rig: real processes on real servers, to be killed and frozen, and an account at the end."""
