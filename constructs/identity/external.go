package identity

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// external is an identity provider that exists elsewhere. Nothing is created
// there.
type external struct {
	constructs.Construct
	elsewhere
	site  access.Site
	added []string // ids of clients whose secrets are kept here
}

// elsewhere is what the constructs for such providers say of theirs.
type elsewhere struct {
	// kind is what messages call the identity.
	kind string
	// trust is what follows from the provider's own names; what the props say
	// below is added to it.
	trust trust.Trust

	serves        Serves
	clients       []string
	keysUrl, keys string
	spellings     map[access.Scope]string

	// rolesProp is the prop that says where roles are, if it is not RolesClaim.
	rolesProp string
	// management is how client secrets are renewed, nil where there are none.
	management *management
	// caller is the claim that names the callers in clients.
	caller string
	// scopes is what the provider lets people call a scope.
	scopes naming
	// check reports what is wrong with the provider's own names, if anything can be.
	check func(report)
	// audience says what is wrong with an audience that the provider's tokens
	// cannot have, or should not be trusted for, or "".
	audience func(string) string
}

// report takes a problem of one identity.
type report func(id, format string, args ...any)

// newExternal makes the construct of an identity provider that exists elsewhere.
func newExternal(scope constructs.Construct, id string, of elsewhere) *external {
	e := &external{elsewhere: of, site: app.Here()}
	// Copies, so that the caller cannot change what was declared.
	e.serves, e.spellings = maps.Clone(of.serves), maps.Clone(of.spellings)
	e.clients = slices.Clone(of.clients)
	e.trust.Algorithms = slices.Clone(of.trust.Algorithms)
	e.trust.Roles, e.trust.Groups = slices.Clone(of.trust.Roles), slices.Clone(of.trust.Groups)
	constructs.NewConstruct_Override(e, scope, jsii.String(id))
	app.Of(e).Add(e, e)
	return e
}

// Serves returns the resource servers the identity may speak for.
func (e *external) Serves() Serves { return e.serves }

// Trust returns how the authorizer knows the identity.
func (e *external) Trust() trust.Trust {
	t := e.trust
	t.Name, t.ID = *e.Node().Path(), *e.Node().Id()
	t.Audiences = trust.Audiences(e.serves)
	if t.AnyClient = len(e.clients) == 0; !t.AnyClient {
		t.Clients = slices.Concat(e.clients, e.added)
	}
	t.Spellings = e.spelled()
	if e.keysUrl != "" {
		t.Keys = e.keysUrl
	}
	t.Ship(e.keys)
	return t
}

// Problems returns what is wrong with the identity's props.
func (e *external) Problems() access.Problems {
	subject := app.Subject(e.kind, e)
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: e.site})
	}
	if e.check != nil {
		e.check(problem)
	}
	algorithmProblems(problem, e.trust.Algorithms)
	e.keysProblems(problem)
	e.clientProblems(problem)
	pathProblems(problem, cmp.Or(e.rolesProp, "RolesClaim"), e.trust.Roles)
	pathProblems(problem, "GroupsClaim", e.trust.Groups)
	e.audienceProblems(problem)
	e.spellingProblems(problem)
	ps = append(ps, trust.KeysProblems(e.keys, e.keysUrl, e.trust.Algorithms, subject, e.site)...)
	return append(ps, trust.ServerProblems(e.serves, subject, e.site)...)
}

// keysProblems reports keys that nobody could find.
func (e *external) keysProblems(problem report) {
	switch {
	case e.keysUrl != "":
		if wrong := trust.URLProblem(e.keysUrl); wrong != "" {
			problem("IssuerUrl", "KeysUrl is %s", wrong)
		}
	case e.trust.Keys == "" && e.keys == "":
		problem("IssuerUrl", "it has no keys, write KeysUrl: where it publishes its key set, or Keys: the key set itself")
	}
}

// clientProblems reports callers that no token could name.
func (e *external) clientProblems(problem report) {
	what, id := "client", "ClientId"
	if e.caller == "sub" {
		what, id = "subject", "Subject"
	}
	for n, name := range e.clients {
		if name == "" {
			problem(id, "the id of %s %d is empty, write the %s of its tokens", what, n+1, e.caller)
		} else if slices.Contains(e.clients[:n], name) {
			problem(id, "it names the %s %q twice, write it once", what, name)
		}
	}
}

// audienceProblems reports audiences that the provider's tokens cannot have, or
// that tokens for something else have too.
func (e *external) audienceProblems(problem report) {
	for _, server := range trust.Sorted(e.serves) {
		audience := e.serves[server]
		if server == nil || audience == "" || trust.Unresolved(audience) || e.audience == nil {
			continue // reported, or known at deploy only
		}
		if wrong := e.audience(audience); wrong != "" {
			problem("Audience", "the audience of %q %s", server.Key(), wrong)
		}
	}
}
