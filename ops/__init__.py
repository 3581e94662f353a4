"""What operators type: set-up, the `xiangxin` command, private servers, the replayed season."""
