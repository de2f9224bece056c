#!/bin/sh
# Runs the tests in Chromium, or says why not.
set -eu
cd "$(dirname "$0")"
for name in chromium chromium-browser google-chrome chrome; do
	if command -v "$name" >/dev/null; then
		go vet -tags localcloud ./...
		exec go test -count=1 -timeout 8m -tags localcloud ./...
	fi
done
echo "left out: there is no Chromium here to run examples/browser in"
