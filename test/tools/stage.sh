#!/bin/sh
# Runs a command between two progress lines.
#
# usage: stage.sh NAME COMMAND [ARGUMENT...]
set -u
name=$1
shift
start=$(date +%s)
printf '== %s\n' "$name"
"$@"
status=$?
if [ "$status" -eq 0 ]; then
	printf '== %s: passed (%s s)\n' "$name" "$(($(date +%s) - start))"
else
	printf '== %s: FAILED (%s s)\n' "$name" "$(($(date +%s) - start))" >&2
fi
exit "$status"
