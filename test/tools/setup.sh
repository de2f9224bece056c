#!/bin/sh
# Installs the pinned tools below .tools/ of the checkout: the CDK command
# line, the local cloud, cfn-lint, staticcheck and an OAuth server for tests.
# Nothing outside .tools/ is changed and nothing is installed twice: each part
# keeps, as its stamp, what it was installed from.
#
# usage: test/tools/setup.sh [node] [python] [staticcheck] [oidc-provider]    (all by default)
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
pins=$root/test/tools
tools=$root/.tools
parts=${*:-node python staticcheck oidc-provider}
node_at_least=20
missing=0

say() { printf 'setup: %s\n' "$*"; }

# lacks notes a problem and goes on, so that all of them are told at once.
lacks() {
	printf 'setup: %s\n' "$*" >&2
	missing=1
}

wants() {
	case " $parts " in *" $1 "*) return 0 ;; esac
	return 1
}

# current PART STAMP tells whether PART was installed from exactly this.
current() { [ -f "$tools/$1.stamp" ] && [ "$(cat "$tools/$1.stamp")" = "$2" ]; }

# installed PART STAMP SECONDS-AT-START writes the stamp, as the last step.
installed() {
	printf '%s\n' "$2" >"$tools/$1.stamp"
	say "$1 tools ready ($(($(date +%s) - $3)) s)"
}

# quietly COMMAND... shows what the command said only if it failed.
quietly() {
	if ! "$@" >"$tools/setup.log" 2>&1; then
		cat "$tools/setup.log" >&2
		say "this failed: $*" >&2
		exit 1
	fi
}

check_go() {
	if ! command -v go >/dev/null 2>&1; then
		lacks "go is missing: install Go $(sed -n 's/^go //p' "$root/go.mod") or newer (https://go.dev/dl)"
	elif ! go_version=$(cd "$root" && go env GOVERSION 2>&1); then
		lacks "go is too old: $(printf '%s' "$go_version" | head -n 1)"
	fi
}

check_node() {
	if ! command -v node >/dev/null 2>&1; then
		lacks "node is missing: install Node.js $node_at_least or newer (https://nodejs.org)"
		return
	fi
	node_version=$(node --version)
	node_major=${node_version#v}
	if [ "${node_major%%.*}" -lt "$node_at_least" ]; then
		lacks "node $node_version is too old: install Node.js $node_at_least or newer (https://nodejs.org)"
	elif ! command -v npm >/dev/null 2>&1; then
		lacks "npm is missing: install it (it comes with Node.js from https://nodejs.org; Debian and Ubuntu: apt-get install npm)"
	fi
}

# check_python sets python to the first interpreter that is new enough.
check_python() {
	python=''
	old=''
	for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
		command -v "$candidate" >/dev/null 2>&1 || continue
		if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
			python=$candidate
			break
		fi
		old=${old:-$("$candidate" --version 2>&1)}
	done
	if [ -z "$python" ] && [ -n "$old" ]; then
		lacks "$old is too old: install Python 3.11 or newer (https://www.python.org/downloads)"
	elif [ -z "$python" ]; then
		lacks "python3 is missing: install Python 3.11 or newer (https://www.python.org/downloads)"
	elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
		lacks "$python cannot make virtual environments (venv or ensurepip is missing): install it (Debian and Ubuntu: apt-get install python3-venv)"
	fi
}

# install_packages PART FOLDER WHAT PROOF installs what the package-lock.json of a
# folder of the checkout says.
install_packages() {
	stamp="node $node_version
$(cat "$root/$2/package-lock.json")"
	if current "$1" "$stamp" && [ -e "$tools/$1/node_modules/$4" ]; then return; fi
	start=$(date +%s)
	say "installing $3 into .tools/$1"
	rm -rf "${tools:?}/$1" "$tools/$1.stamp"
	mkdir -p "$tools/$1"
	cp "$root/$2/package.json" "$root/$2/package-lock.json" "$tools/$1/"
	quietly npm ci --prefix "$tools/$1" --ignore-scripts --no-audit --no-fund
	installed "$1" "$stamp" "$start"
}

install_python() {
	stamp="$("$python" --version)
$(cat "$pins/requirements.txt")"
	if current python "$stamp" && "$tools/python/bin/python" -c '' 2>/dev/null; then return; fi
	start=$(date +%s)
	say "installing the local cloud and cfn-lint into .tools/python"
	rm -rf "$tools/python" "$tools/python.stamp"
	quietly "$python" -m venv "$tools/python"
	# Everything is pinned, so there is nothing to resolve.
	PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 \
		quietly "$tools/python/bin/python" -m pip install --no-deps -r "$pins/requirements.txt"
	installed python "$stamp" "$start"
}

install_staticcheck() {
	stamp="$go_version
$(cat "$pins/go.mod" "$pins/go.sum")"
	if current staticcheck "$stamp" && [ -x "$tools/bin/staticcheck" ]; then return; fi
	start=$(date +%s)
	say "compiling staticcheck into .tools/bin"
	rm -f "$tools/staticcheck.stamp"
	(cd "$pins" && GOWORK=off GOFLAGS='' quietly go build -buildvcs=false -o "$tools/bin/staticcheck" honnef.co/go/tools/cmd/staticcheck)
	installed staticcheck "$stamp" "$start"
}

check_go
if wants node || wants oidc-provider; then check_node; fi
if wants python; then check_python; fi
if [ "$missing" -ne 0 ]; then exit 1; fi

mkdir -p "$tools/bin"
if wants node; then install_packages node test/tools "the CDK command line" .bin/cdk; fi
if wants python; then install_python; fi
if wants staticcheck; then install_staticcheck; fi
if wants oidc-provider; then install_packages oidc-provider test/issuers/nodeoidc "the OAuth server oidc-provider" oidc-provider; fi
if [ $# -eq 0 ]; then say "the pinned tools are in place"; fi
