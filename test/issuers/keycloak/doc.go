// Package keycloak sends tokens that a real Keycloak issued through the authorizer.
// Its tests need the build tag keycloak and what test/issuers/keycloak/setup.sh
// installs below .tools/keycloak; they start a server on 127.0.0.1.
package keycloak
