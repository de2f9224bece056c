package authorizer

import (
	"errors"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// tell returns what the backend is told about a caller that may pass. Its error
// is an [*event.Error] where the caller does not fit into a header.
func tell(caller *access.Caller, table, decisionID string) (*event.Context, error) {
	told := callerjson.Caller{
		Subject:    caller.Subject,
		ClientID:   caller.ClientID,
		Scope:      spell(caller.Scopes),
		Issuer:     caller.Issuer,
		ExpiresAt:  caller.ExpiresAt.Unix(),
		Identity:   caller.Identity,
		Kind:       string(caller.Kind),
		Roles:      caller.Roles,
		Groups:     caller.Groups,
		Claims:     caller.Claims,
		Table:      table,
		DecisionID: decisionID,
	}
	text, err := callerjson.Encode(told)
	switch {
	case errors.Is(err, callerjson.ErrTooLong):
		return nil, &event.Error{Reason: access.ClaimMalformed, Detail: "the caller is too long for a header"}
	case err != nil:
		return nil, err
	}
	return &event.Context{
		Subject:    told.Subject,
		ClientID:   told.ClientID,
		Scope:      told.Scope,
		Issuer:     told.Issuer,
		ExpiresAt:  told.ExpiresAt,
		Identity:   told.Identity,
		Kind:       told.Kind,
		Table:      told.Table,
		DecisionID: told.DecisionID,
		Caller:     text,
	}, nil
}

// spell joins scopes as the table spells them.
func spell(scopes []access.Scope) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = scope.String()
	}
	return strings.Join(words, " ")
}
