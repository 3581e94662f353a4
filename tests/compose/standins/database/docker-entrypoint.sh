#!/bin/sh
# The real one lays aside root for mongod and runs anything else as it is.
exec "$@"
