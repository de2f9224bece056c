#!/bin/sh
# Fuzzes with every target of this module in turn, each for so long. What breaks
# one is written below its package's testdata/fuzz and is a seed from then on.
#
# usage: fuzz.sh TIME
set -u
time=$1
cd "$(dirname "$0")/../.." || exit 2

# Only packages that have a target are compiled; go test knows their names.
packages=$(grep -rl --include='*_test.go' --exclude-dir=.tools --exclude-dir=test '^func Fuzz' . | xargs -n 1 dirname | sort -u)
# shellcheck disable=SC2086
listed=$(go test -list '^Fuzz' $packages) || { printf '%s\n' "$listed" >&2; exit 1; }
targets=$(printf '%s\n' "$listed" | awk '/^Fuzz/ { names[n++] = $1 } /^ok/ { for (i = 0; i < n; i++) print $2, names[i]; n = 0 }')
[ -n "$targets" ] || { echo "fuzz: no targets found" >&2; exit 1; }

count=$(printf '%s\n' "$targets" | wc -l)
n=0
failed=
while read -r package target; do
	n=$((n + 1))
	# Minimising a find takes a minute unless told otherwise; 20 runs are enough to
	# go on with.
	test/tools/stage.sh "$n of $count: $target in $package for $time" \
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 20x "$package" </dev/null ||
		failed="$failed $target"
done <<EOF
$targets
EOF
[ -z "$failed" ] || { echo "== found something:$failed; the inputs lie below testdata/fuzz of the packages" >&2; exit 1; }
echo "== $count targets found nothing"
