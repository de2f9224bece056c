package token

import (
	"maps"
	"slices"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// Verified is an access token whose signature and claims hold. Only
// [Verifier.Verify] builds one; the zero Verified has expired and grants
// nothing. It does not change.
type Verified struct {
	caller         access.Caller
	scope          string
	tokenID, keyID string
	algorithm      keyset.Algorithm
}

// Caller returns who calls, as [access.Decide] wants it: a copy each time.
// Scopes holds those of the scopes known to the verifier that the token
// grants, each once; Roles and Groups those of the known ones, sorted, each
// once; Claims the known ones by name. Others are left out.
func (v *Verified) Caller() *access.Caller {
	c := v.caller
	c.Scopes = slices.Clone(c.Scopes)
	c.Roles, c.Groups = slices.Clone(c.Roles), slices.Clone(c.Groups)
	c.Claims = maps.Clone(c.Claims)
	return &c
}

// Scope returns the claim with the scopes as it was sent, also those that are not
// known here; an array's with spaces between them. It is empty where there is none.
func (v *Verified) Scope() string { return v.scope }

// TokenID returns jti, for Entra uti; "" where the token may lack it and does.
func (v *Verified) TokenID() string { return v.tokenID }

// KeyID returns the kid that the token names, if it names one.
func (v *Verified) KeyID() string { return v.keyID }

// Algorithm returns what the token is signed with.
func (v *Verified) Algorithm() keyset.Algorithm { return v.algorithm }
