#!/bin/sh
# Fails if a Go file is not formatted, and names it.
set -eu
unformatted=$(find . -name '*.go' -not -path './.tools/*' -not -path './cdk.out/*' -exec gofmt -l {} +)
if [ -n "$unformatted" ]; then
	printf '%s\nnot formatted: run make fmt\n' "$unformatted" >&2
	exit 1
fi
