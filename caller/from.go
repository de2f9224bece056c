package caller

import (
	"strings"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// from returns the caller that the authorizer tells of.
func from(told callerjson.Caller) (*Caller, error) {
	c := &Caller{
		Subject:    told.Subject,
		ClientID:   told.ClientID,
		Issuer:     told.Issuer,
		Identity:   told.Identity,
		Kind:       access.Kind(told.Kind),
		Roles:      told.Roles,
		Groups:     told.Groups,
		Claims:     told.Claims,
		ExpiresAt:  time.Unix(told.ExpiresAt, 0).UTC(),
		Table:      told.Table,
		DecisionID: told.DecisionID,
	}
	if told.Scope == "" {
		return c, nil
	}
	for word := range strings.SplitSeq(told.Scope, " ") {
		scope, err := access.ParseScope(word)
		if err != nil { // which quotes the word
			return nil, errScope
		}
		c.Scopes = append(c.Scopes, scope)
	}
	return c, nil
}
