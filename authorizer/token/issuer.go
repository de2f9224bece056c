package token

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// Keys is where the public keys of one issuer come from; [*keyset.Set] is one.
// Find returns the key that the token names, or, where kid is empty, the only
// one that fits alg. An error that is [keyset.ErrNoKey] refuses the token; any
// other means that nothing could be found out.
type Keys interface {
	Find(ctx context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error)
}

// Issuer is an authorization server that is trusted, and for what. What keeps
// it safe has no defaults: a field that is left out makes [NewVerifier] fail,
// but for exactly one of Clients and AnyClient, and those that say so.
type Issuer struct {
	// Name is the name in the configuration, for messages.
	Name string
	// ID is what rules call it (access.Rule.From); may be left out, and then
	// its tokens satisfy no rule that names an identity.
	ID string
	// URL is the exact iss of its tokens (RFC 8414, section 2): https, or http
	// on loopback for tests. It is compared byte for byte and never fetched.
	URL string
	// Profile tells how its access tokens are spelled.
	Profile Profile
	// Algorithms are those it signs with.
	Algorithms []keyset.Algorithm
	// Audiences holds, by the key of each resource server it may speak for,
	// the audience that names that server in its tokens. All are distinct.
	Audiences map[string]string
	// Clients are the OAuth clients whose tokens count.
	Clients []string
	// AnyClient says that the tokens of every client of the issuer count.
	AnyClient bool
	// Keys are its keys, shared with no other issuer.
	Keys Keys

	// Roles and Groups are where its tokens keep the names of roles and groups:
	// an array of strings that is found by these names of members, one inside
	// the other, such as "realm_access", "roles". They may be left out: Groups
	// are then in "cognito:groups" in [ProfileCognito]; otherwise there are none.
	Roles, Groups []string
	// Person is a claim that only tokens for people have; where it is null, false,
	// 0 or empty it says nothing. It may be left out, and is then "auth_time" (RFC 9068,
	// section 2.2.1). Only [ProfileRFC9068] and [ProfileOIDC] take one.
	Person string

	// Spellings are the scopes, as "server/name", that its tokens spell otherwise
	// than the profile says; such a scope is spelled in no other way. They may be
	// left out.
	Spellings map[string]string
	// Mark is the name of a claim that its access tokens have and its other tokens
	// never have, or name and value, where the value is what tells. [ProfileOIDC]
	// and [ProfileWorkload] need it, no other takes it.
	Mark []string
	// ScopeClaim is where the scopes are, by default "scope"; [ProfileOIDC] takes
	// any, [ProfileAuth0] "permissions", no other one. ScopeList says that the claim
	// is an array; [ProfileOIDC] alone takes it.
	ScopeClaim string
	ScopeList  bool
	// ClientClaim names the client, by default "client_id"; [ProfileOIDC] alone
	// takes it.
	ClientClaim string
}

// maxPath is how many members a path may name.
const maxPath = 8

// trust is an Issuer that was checked, ready for use.
type trust struct {
	Issuer
	host   string
	shape  shape
	scopes dictionary
}

func newTrust(issuer Issuer, scopes []access.Scope) (*trust, error) {
	// Copies, so that the caller cannot change what was checked.
	issuer.Algorithms = slices.Clone(issuer.Algorithms)
	issuer.Clients = slices.Clone(issuer.Clients)
	audiences := make(map[string]string, len(issuer.Audiences))
	for server, audience := range issuer.Audiences {
		audiences[server] = audience
	}
	issuer.Audiences = audiences
	issuer.Roles, issuer.Groups = slices.Clone(issuer.Roles), slices.Clone(issuer.Groups)
	issuer.Spellings, issuer.Mark = maps.Clone(issuer.Spellings), slices.Clone(issuer.Mark)

	if issuer.Name == "" {
		return nil, errors.New("issuer, has no name, write what the configuration calls it")
	}
	check := func(checks ...func() error) error {
		for _, c := range checks {
			if err := c(); err != nil {
				return fmt.Errorf("issuer %q, %w", issuer.Name, err)
			}
		}
		return nil
	}
	if err := check(issuer.checkURL, issuer.checkProfile, issuer.checkAlgorithms, issuer.checkAudiences, issuer.checkClients, issuer.checkKeys, issuer.checkPlaces, issuer.checkSpelling); err != nil {
		return nil, err
	}
	words, err := newDictionary(&issuer, scopes)
	if err != nil {
		return nil, fmt.Errorf("issuer %q, %w", issuer.Name, err)
	}
	switch {
	case issuer.Profile == ProfileCognito && len(issuer.Groups) == 0:
		issuer.Groups = []string{cognitoGroups}
	case issuer.Profile == ProfileKeycloak && len(issuer.Roles) == 0:
		issuer.Roles = []string{"realm_access", "roles"}
	case (issuer.Profile == ProfileEntraV1 || issuer.Profile == ProfileEntraV2) && len(issuer.Roles) == 0:
		issuer.Roles = []string{"roles"}
	case issuer.takesPerson() && issuer.Person == "":
		issuer.Person = defaultPerson
	}
	return &trust{issuer, hostOf(issuer.URL), shapeOf(&issuer), words}, nil
}

func (i *Issuer) checkURL() error {
	u, err := url.Parse(i.URL)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return fmt.Errorf("the URL is not one%s, write the exact iss of its tokens, such as https://login.example.com", quoted(i.URL))
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		return fmt.Errorf("the URL is not https%s, write https:// (http only on loopback)", quoted(i.URL))
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return fmt.Errorf("the URL has a user, query or fragment%s, leave it out", quoted(i.URL))
	}
	return nil
}

// quoted quotes an address for an error, unless it may hold a password or a
// query. It goes by the text: what it would be for a parser depends on where
// the mistake is. An address that cannot be read may hold a password where it
// has no @.
func quoted(raw string) string {
	if _, err := url.Parse(raw); err != nil || strings.ContainsAny(raw, "@?") {
		return ""
	}
	return fmt.Sprintf(", got %q", raw)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (i *Issuer) checkProfile() error {
	if !slices.Contains(Profiles(), i.Profile) {
		return fmt.Errorf("the profile is unknown, got %q, write one of %q", i.Profile, Profiles())
	}
	return nil
}

func (i *Issuer) checkAlgorithms() error {
	if len(i.Algorithms) == 0 {
		return errors.New("it has no algorithms, write those it signs with, such as RS256")
	}
	for n, a := range i.Algorithms {
		if _, err := keyset.ParseAlgorithm(string(a)); err != nil {
			return err
		}
		if slices.Contains(i.Algorithms[:n], a) {
			return fmt.Errorf("an algorithm is listed twice, got %q", a)
		}
	}
	return nil
}

func (i *Issuer) checkAudiences() error {
	if len(i.Audiences) == 0 {
		return errors.New("it has no audiences, write one for each resource server it may speak for")
	}
	servers := make(map[string]string, len(i.Audiences))
	for server, audience := range i.Audiences {
		if server == "" || audience == "" {
			return fmt.Errorf("a resource server or its audience is empty, got %q for %q", audience, server)
		}
		if other, ok := servers[audience]; ok {
			return fmt.Errorf("two resource servers have one audience, got %q for %q and %q, write an audience for each", audience, min(server, other), max(server, other))
		}
		servers[audience] = server
	}
	return nil
}

func (i *Issuer) checkClients() error {
	switch {
	case len(i.Clients) == 0 && !i.AnyClient:
		return errors.New("it has no clients, write those whose tokens count, or say that any client does")
	case len(i.Clients) != 0 && i.AnyClient:
		return errors.New("it has clients and says that any client counts, write one of the two")
	}
	for n, c := range i.Clients {
		if c == "" {
			return errors.New("a client is empty, write its client_id")
		}
		if slices.Contains(i.Clients[:n], c) {
			return fmt.Errorf("a client is listed twice, got %q", c)
		}
	}
	return nil
}

func (i *Issuer) checkKeys() error {
	if i.Keys == nil {
		return errors.New("it has no keys, write where its key set is")
	}
	return nil
}

// checkPlaces checks where roles, groups and people are to be known by.
func (i *Issuer) checkPlaces() error {
	for _, path := range [][]string{i.Roles, i.Groups} {
		if slices.Contains(path, "") || len(path) > maxPath {
			return fmt.Errorf("the path of its roles or groups has an empty name or more than %d, got %q, write the names of members, such as \"realm_access\", \"roles\"", maxPath, path)
		}
	}
	if !i.takesPerson() && i.Person != "" {
		return fmt.Errorf("it has a claim for people, got %q, leave it out: the profile %q knows them by itself", i.Person, i.Profile)
	}
	return nil
}

func (i *Issuer) takesPerson() bool { return i.Profile == ProfileRFC9068 || i.Profile == ProfileOIDC }

// checkSpelling checks what says how its tokens are spelled.
func (i *Issuer) checkSpelling() error {
	marked, oidc := i.Profile == ProfileOIDC || i.Profile == ProfileWorkload, i.Profile == ProfileOIDC
	switch {
	case marked && (len(i.Mark) == 0 || len(i.Mark) > 2 || slices.Contains(i.Mark, "")):
		return fmt.Errorf("it has no mark of access tokens, got %q, write the name of a claim that its ID tokens never have, or name and value", i.Mark)
	case !marked && len(i.Mark) > 0:
		return fmt.Errorf("it has a mark of access tokens, got %q, leave it out: the profile %q knows them by itself", i.Mark, i.Profile)
	case i.ScopeClaim != "" && !oidc && !(i.Profile == ProfileAuth0 && i.ScopeClaim == permissions):
		return fmt.Errorf("it has a claim with the scopes that the profile %q does not take, got %q, leave it out", i.Profile, i.ScopeClaim)
	case i.ScopeList && !oidc, i.ClientClaim != "" && !oidc:
		return fmt.Errorf("it says where scopes or clients are, leave it out: the profile %q knows", i.Profile)
	}
	if i.Profile == ProfileWorkload && len(i.Spellings) > 0 {
		return fmt.Errorf("it spells scopes, leave them out: the tokens of the profile %q have none", i.Profile)
	}
	for _, scope := range slices.Sorted(maps.Keys(i.Spellings)) {
		spelling := i.Spellings[scope]
		parsed, err := access.ParseScope(scope)
		if err != nil {
			return fmt.Errorf("a spelling is for no scope: %w", err)
		}
		if _, served := i.Audiences[parsed.Server()]; !served {
			return fmt.Errorf("it spells a scope of a resource server that it has no audience for, got %q, write the audience or leave the spelling out", scope)
		}
		if !isScopeToken(spelling) {
			return fmt.Errorf("the scope %q has a spelling that no token can have, got %q, write visible characters without space, quote and backslash", scope, spelling)
		}
	}
	return nil
}

// sameKeys says whether two issuers were given one and the same Keys, as far as
// that can be told: == panics for values such as maps and functions.
func sameKeys(a, b Keys) bool {
	return reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() && a == b
}

// audience returns the resource servers of ours that the token is for: those
// whose audience it has, sorted. A Cognito token normally has no aud; its
// scopes are spelled with the audience, so it may be for all.
func (i *Issuer) audience(c *claims) []string {
	if i.Profile == ProfileCognito && !c.hasAudience {
		return i.servers(func(string) bool { return true })
	}
	return i.servers(func(audience string) bool { return slices.Contains(c.audiences, audience) })
}

func (i *Issuer) servers(has func(audience string) bool) []string {
	servers := make([]string, 0, len(i.Audiences))
	for server, audience := range i.Audiences {
		if has(audience) {
			servers = append(servers, server)
		}
	}
	slices.Sort(servers)
	return servers
}

func (i *Issuer) knowsClient(id string) bool {
	return i.AnyClient || slices.Contains(i.Clients, id)
}

// fits says whether a key is one for the algorithm. A key set of package keyset
// looks at each of its keys once and gives no other; of other Keys that is not
// believed.
func (t *trust) fits(algorithm keyset.Algorithm, key crypto.PublicKey) bool {
	switch t.Keys.(type) {
	case *keyset.Set, *keyset.Shipped:
		return true
	}
	return algorithm.Fits(key)
}
