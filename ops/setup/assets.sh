#!/bin/sh
# Copies what browsers load from node_modules ($1) into the folder that is served ($2).
set -eu
from=$1
to=$2
mkdir -p "$to"
cp "$from/htmx.org/dist/htmx.min.js" "$to/htmx.min.js"
cp "$from/echarts/dist/echarts.min.js" "$to/echarts.min.js"
