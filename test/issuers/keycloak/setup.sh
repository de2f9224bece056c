#!/bin/sh
# Installs Keycloak below .tools/keycloak of the checkout: downloads the pinned
# release from Maven Central, verifies it and builds two variants of it, one with
# the features that are on by default and one that rotates client secrets.
# Nothing is installed twice: the stamp holds what it was installed from.
#
# usage: test/issuers/keycloak/setup.sh
set -eu

version=26.7.3
sha256=27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f
java_at_least=17
# A mirror of Maven Central can take its place; the checksum stays.
central=${MAVEN_CENTRAL:-https://repo1.maven.org/maven2}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
home=$root/.tools/keycloak
zip=$home/keycloak-quarkus-dist-$version.zip

say() { printf 'keycloak: %s\n' "$*"; }

fail() {
	printf 'keycloak: %s\n' "$*" >&2
	exit 1
}

# quietly COMMAND... shows what the command said only if it failed.
quietly() {
	if ! "$@" >"$home/setup.log" 2>&1; then
		cat "$home/setup.log" >&2
		fail "this failed: $*"
	fi
}

check_tools() {
	java=${JAVA_HOME:+$JAVA_HOME/bin/}java
	command -v "$java" >/dev/null 2>&1 ||
		fail "java is missing: install Java $java_at_least or newer (Debian and Ubuntu: apt-get install openjdk-17-jre-headless)"
	java_version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
	[ "${java_version:-0}" -ge "$java_at_least" ] ||
		fail "java ${java_version:-of an unknown version} is too old: install Java $java_at_least or newer"
	command -v python3 >/dev/null 2>&1 || fail "python3 is missing: install Python 3.11 or newer (https://www.python.org/downloads)"
	command -v mvn >/dev/null 2>&1 || command -v curl >/dev/null 2>&1 ||
		fail "mvn and curl are both missing: install one of them"
}

verified() {
	[ -f "$zip" ] && printf '%s  %s\n' "$sha256" "$zip" | if command -v sha256sum >/dev/null 2>&1; then
		sha256sum -c -
	else
		shasum -a 256 -c -
	fi >/dev/null 2>&1
}

# by_maven knows the mirrors and proxies of this machine.
by_maven() {
	command -v mvn >/dev/null 2>&1 &&
		mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
			-Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$home"
}

by_curl() {
	command -v curl >/dev/null 2>&1 &&
		curl --fail --silent --show-error --location --proto '=https,http' --max-time 600 --retry 2 --output "$zip" \
			"$central/org/keycloak/keycloak-quarkus-dist/$version/keycloak-quarkus-dist-$version.zip"
}

download() {
	if verified; then return; fi
	say "downloading release $version (177 MB)"
	rm -f "$zip"
	if ! by_maven >"$home/setup.log" 2>&1; then
		rm -f "$zip"
		if ! by_curl >>"$home/setup.log" 2>&1; then
			cat "$home/setup.log" >&2
			fail "neither mvn nor curl could download the release from Maven Central"
		fi
	fi
	if ! verified; then
		rm -f "$zip"
		fail "the release that was downloaded does not have the pinned SHA-256: nothing was installed"
	fi
}

# build NAME [OPTION...] unpacks the release and builds it with the options.
build() {
	name=$1
	shift
	say "building the variant \"$name\""
	rm -rf "${home:?}/$name" "$home/unpacked"
	quietly python3 -m zipfile -e "$zip" "$home/unpacked"
	mv "$home/unpacked/keycloak-$version" "$home/$name"
	rmdir "$home/unpacked"
	chmod u+x "$home/$name/bin/kc.sh"
	quietly "$home/$name/bin/kc.sh" build --db=dev-mem "$@"
}

check_tools
stamp="java $java_version
$(cat "$0")"
if [ -f "$home/stamp" ] && [ "$(cat "$home/stamp")" = "$stamp" ]; then exit 0; fi
start=$(date +%s)
mkdir -p "$home"
rm -f "$home/stamp"
download
build default
build rotation --features=client-secret-rotation
rm -f "$zip"
printf '%s\n' "$stamp" >"$home/stamp"
say "ready ($(($(date +%s) - start)) s)"
