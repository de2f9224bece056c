package authorizer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// IdentitiesVariable is the environment variable that says who is trusted.
const IdentitiesVariable = "SCOPEWAY_IDENTITIES"

// IdentitiesVersion is the version of its JSON.
const IdentitiesVersion = 1

// ShippedKeys stands in the place of a URL where the keys are in [KeysFile].
const ShippedKeys = "shipped"

// Limits of the identities. Lambda's environment ends at 4 KB all together.
const (
	maxIdentitiesBytes = 64 << 10
	maxIdentities      = 32
)

// Identity is one identity provider as the environment names it.
type Identity struct {
	// Name is the construct's name, for messages.
	Name string
	// Issuer is the exact iss of its tokens.
	Issuer string
	// Keys is the URL of its key set, or [ShippedKeys].
	Keys string
	// Profile says how its access tokens are spelled.
	Profile token.Profile
	// Algorithms are those it may sign with.
	Algorithms []keyset.Algorithm
	// Audiences is the audience of each resource server it speaks for.
	Audiences map[string]string
	// Clients are the client ids whose tokens count.
	Clients []string
	// AnyClient is whether the tokens of all of its clients count.
	AnyClient bool
	// ID is the construct's id, by which rules name the identity; "" for none.
	ID string
	// Roles and Groups are the paths of the claims that hold them, as names of
	// members; nil for the profile's own.
	Roles, Groups []string
	// Person is a claim that only tokens for people carry; "" for the profile's
	// own.
	Person string
	// Spellings are the scopes, as "server/name", that the tokens spell otherwise
	// than the profile says.
	Spellings map[string]string
	// Mark is a claim, or a claim and its value, that access tokens alone have.
	Mark []string
	// ScopeClaim and ClientClaim are the claims with the scopes and the client; ""
	// for the profile's own. ScopeList is whether the first is a list.
	ScopeClaim  string
	ScopeList   bool
	ClientClaim string
}

// ParseIdentities reads the value of [IdentitiesVariable]:
//
//	{"version":1,"identities":[{"name":"Users","issuer":"https://…","keys":"https://…",
//	  "profile":"cognito","algorithms":["RS256"],"audiences":{"orders":"orders"},
//	  "clients":["…"],"anyClient":false,
//	  "id":"Users","roles":["realm_access","roles"],"groups":["groups"],"person":"auth_time",
//	  "spellings":{"orders/read":"read:orders"},"mark":["token_use","access"],
//	  "scopeClaim":"scp","scopeList":true,"clientClaim":"azp"}]}
//
// The members up to audiences are mandatory, all others may be left out; none
// may be empty. Which of them a profile takes, [token.Issuer] says.
// It refuses other versions, members it does not know, JSON that could be read
// in two ways, and two identities with one name, id, issuer or URL of keys; the
// error names the identity and the member and quotes no URL. It does not
// check what only a look at all parts can tell: [New] does. Any number of
// identities may have [ShippedKeys].
func ParseIdentities(text []byte) ([]Identity, error) {
	list, err := parseVersioned(text, strictjson.Limits{Bytes: maxIdentitiesBytes, Depth: 8}, "identities", IdentitiesVersion, "identities")
	if err != nil {
		return nil, err
	}
	switch n := list.Len(); {
	case list.Kind() != strictjson.Array:
		return nil, fmt.Errorf("identities, must be a list, got %s", article(list.Kind()))
	case n == 0:
		return nil, errors.New("identities, is empty, name at least one identity to trust")
	case n > maxIdentities:
		return nil, fmt.Errorf("identities, has too many, got %d, at most %d", n, maxIdentities)
	}
	var identities []Identity
	for value := range list.Elements() {
		identity, err := parseIdentity(value)
		if err != nil {
			return nil, fmt.Errorf("identity %d, %w", len(identities)+1, err)
		}
		for _, other := range identities {
			if other.Name == identity.Name {
				return nil, fmt.Errorf("identity %d, name, is another identity's too, got %q", len(identities)+1, identity.Name)
			}
			if identity.ID != "" && other.ID == identity.ID {
				return nil, fmt.Errorf("identity %q, id, is the identity %q's too, got %q: rules name identities by it, give each its own", identity.Name, other.Name, identity.ID)
			}
			if other.Issuer == identity.Issuer {
				return nil, fmt.Errorf("identity %q, issuer, is the identity %q's too, write one identity for both", identity.Name, other.Name)
			}
			// Who signs for the one could speak for the other.
			if identity.Keys != ShippedKeys && keyset.SameAddress(other.Keys, identity.Keys) {
				return nil, fmt.Errorf("identity %q, keys, are the identity %q's too, give each its own", identity.Name, other.Name)
			}
		}
		identities = append(identities, identity)
	}
	return identities, nil
}

func parseIdentity(value strictjson.Value) (Identity, error) {
	if value.Kind() != strictjson.Object {
		return Identity{}, fmt.Errorf("must be an object, got %s", article(value.Kind()))
	}
	r := memberReader{object: value}
	identity := Identity{
		Name:      r.text("name"),
		Issuer:    r.text("issuer"),
		Keys:      r.text("keys"),
		Profile:   token.Profile(r.text("profile")),
		Audiences: r.strings("audiences", "give the audience of each resource server"),
		Clients:   r.texts("clients", false),
		AnyClient: r.boolean("anyClient"),
		ID:        r.optionalText("id"),
		Roles:     r.path("roles"),
		Groups:    r.path("groups"),
		Person:    r.optionalText("person"),

		Mark:        r.path("mark"),
		ScopeClaim:  r.optionalText("scopeClaim"),
		ScopeList:   r.boolean("scopeList"),
		ClientClaim: r.optionalText("clientClaim"),
	}
	if value.Member("spellings").Kind() != strictjson.Missing {
		identity.Spellings = r.strings("spellings", "name the scopes that are spelled otherwise, or leave it out")
	}
	for _, name := range r.texts("algorithms", true) {
		algorithm, err := keyset.ParseAlgorithm(name)
		r.fail("algorithms", err)
		if slices.Contains(identity.Algorithms, algorithm) {
			r.fail("algorithms", fmt.Errorf("names one twice, got %q", name))
		}
		identity.Algorithms = append(identity.Algorithms, algorithm)
	}
	if p := identity.Profile; !slices.Contains(token.Profiles(), p) {
		r.fail("profile", fmt.Errorf("is not one that is known, got %q, write one of %q", string(p), token.Profiles()))
	}
	if identity.AnyClient == (len(identity.Clients) > 0) {
		r.fail("clients", errors.New("and anyClient, exactly one must be given: name the clients whose tokens count, or write \"anyClient\":true"))
	}
	if r.err == nil {
		r.err = onlyMembers(value, "name", "issuer", "keys", "profile", "algorithms", "audiences", "clients", "anyClient", "id", "roles", "groups", "person",
			"spellings", "mark", "scopeClaim", "scopeList", "clientClaim")
	}
	if r.err != nil && identity.Name != "" {
		return Identity{}, fmt.Errorf("%q, %w", identity.Name, r.err)
	}
	return identity, r.err
}
