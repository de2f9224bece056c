// Package rivals pins the libraries for tokens in Go that users would take
// otherwise: go.mod has the exact versions, and the packages below it test and
// measure against them. They are a module of their own so that no user has to
// download them.
//
// Package suites judges the authorizer by other people's vectors and by what
// these libraries accept; package bench measures all of them.
package rivals

import (
	_ "github.com/MicahParks/keyfunc/v3"              // fetches key sets for golang-jwt
	_ "github.com/coreos/go-oidc/v3/oidc"             // ID tokens and key sets
	_ "github.com/go-jose/go-jose/v4/jwt"             // JOSE
	_ "github.com/golang-jwt/jwt/v5"                  // JWT
	_ "github.com/lestrrat-go/jwx/v3/jwt"             // JOSE
	_ "github.com/scopeway/scopeway/authorizer/token" // ours
)
