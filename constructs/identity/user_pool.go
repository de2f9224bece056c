package identity

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// userPoolId stands for the id of the user pool in KeysUrl.
const userPoolId = "{userPoolId}"

var (
	identifierPattern = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,256}$`)
	serverNamePattern = regexp.MustCompile(`^[\p{L}\p{N}\s_+=,.@-]{1,256}$`)
	clientIdPattern   = regexp.MustCompile(`^[\w+]{1,128}$`)
)

// userPool is what an identity of Amazon Cognito is made of, whoever owns the
// user pool.
type userPool struct {
	construct constructs.Construct
	site      access.Site
	serves    Serves
	keysUrl   string
	given     []string // clients made elsewhere
	anyClient bool
	branded   bool    // whether login pages need a branding for each client
	id        *string // of the pool, as resources of this stack write it
	arn       *string
	tokenUrl  string // "" where it is not known
	rotation  RotationProps
	rotators  []*rotator // made for clients with a secret
	servers   map[string]awscognito.CfnUserPoolResourceServer
	scope     constructs.Construct // of the clients
	clients   []client
	machines  awscdk.CfnResource // the pool, while only machines use it
}

// client is an app client that was added to a user pool here.
type client interface {
	id() string
	ClientId() *string
	problems() access.Problems
}

// registerServers registers the resource servers with all their scopes, those
// declared later included.
func (p *userPool) registerServers() {
	p.servers = map[string]awscognito.CfnUserPoolResourceServer{}
	scope := constructs.NewConstruct(p.construct, jsii.String("ResourceServers"))
	for _, server := range trust.Sorted(p.serves) {
		if server == nil || server.Key() == "" || strings.ContainsAny(server.Key(), "/$") || p.servers[server.Key()] != nil {
			continue // reported by problems
		}
		p.servers[server.Key()] = awscognito.NewCfnUserPoolResourceServer(scope, jsii.String(server.Key()), &awscognito.CfnUserPoolResourceServerProps{
			UserPoolId: p.id,
			Identifier: jsii.String(p.serves[server]),
			Name:       jsii.String(server.Name()),
			Scopes:     awscdk.Lazy_Any(&scopesOf{server}, nil),
		})
	}
}

// scopesOf produces a resource server's scopes when the app is declared.
type scopesOf struct{ server *access.ResourceServer }

func (s *scopesOf) Produce() any {
	scopes := []map[string]string{}
	for _, d := range s.server.Scopes() {
		scopes = append(scopes, map[string]string{"scopeName": d.Scope.Name(), "scopeDescription": d.Description})
	}
	return scopes
}

// spell returns how Cognito spells a scope: the resource server's identifier,
// a slash and the name.
func (p *userPool) spell(s access.Scope) string {
	for server, identifier := range p.serves {
		if server != nil && server.Key() == s.Server() {
			return identifier + "/" + s.Name()
		}
	}
	return s.String() // reported by problems
}

// offersScopes reports whether a resource server declared a scope.
func (p *userPool) offersScopes() bool {
	for server := range p.serves {
		if server != nil && len(server.Scopes()) > 0 {
			return true
		}
	}
	return false
}

// cognitoAlgorithms are those Cognito signs access tokens with.
var cognitoAlgorithms = []string{"RS256"}

// trust returns how the authorizer knows the user pool.
func (p *userPool) trust(poolId, issuer string) trust.Trust {
	keys := p.keysUrl
	if keys == "" {
		keys = issuer + "/.well-known/jwks.json"
	}
	t := trust.Trust{
		Name:       *p.construct.Node().Path(),
		Issuer:     issuer,
		Keys:       strings.ReplaceAll(keys, userPoolId, poolId),
		Profile:    "cognito",
		Algorithms: slices.Clone(cognitoAlgorithms),
		Audiences:  trust.Audiences(p.serves),
		AnyClient:  p.anyClient,
		ID:         *p.construct.Node().Id(),
		Groups:     []string{"cognito:groups"},
	}
	if !t.AnyClient {
		byID := func(a, b client) int { return strings.Compare(a.id(), b.id()) }
		for _, c := range slices.SortedFunc(slices.Values(p.clients), byID) {
			t.Clients = append(t.Clients, *c.ClientId())
		}
		t.Clients = append(t.Clients, p.given...)
	}
	return t
}

// problems returns what is wrong with what a user pool serves and its clients.
func (p *userPool) problems(subject string) access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: subject, Text: fmt.Sprintf(format, args...), Site: p.site})
	}
	if p.keysUrl != "" {
		if wrong := trust.URLProblem(strings.ReplaceAll(p.keysUrl, userPoolId, "pool")); wrong != "" {
			problem("IssuerUrl", "KeysUrl is %s", wrong)
		}
	}
	if !p.anyClient && len(p.clients) == 0 && len(p.given) == 0 {
		problem("NoClients", "no client can get a token for it, write users.AddMachineClient(\"Billing\", …), or Clients: []string{…} or AnyClient: true where clients are made elsewhere")
	}
	if p.anyClient && len(p.given) > 0 {
		problem("ClientId", "it takes the tokens of any client and names some, write either AnyClient or Clients")
	}
	for n, id := range p.given {
		if !trust.Unresolved(id) && !clientIdPattern.MatchString(id) {
			problem("ClientId", "a client id is not one of Cognito's, got %q, write the id, such as \"1h57kf5cpq17m0eml12EXAMPLE\"", id)
		} else if slices.Contains(p.given[:n], id) {
			problem("ClientId", "it names the client %q twice, write it once", id)
		}
	}
	for _, server := range trust.Sorted(p.serves) {
		if server != nil && server.Name() != "" && !trust.Unresolved(server.Name()) && !serverNamePattern.MatchString(server.Name()) {
			problem("ServerName", "Cognito refuses the name of %s, got %q, write letters, digits, spaces or any of _+=,.@-", server, server.Name())
		}
	}
	audiences := trust.Audiences(p.serves)
	for _, key := range slices.Sorted(maps.Keys(audiences)) {
		identifier := audiences[key]
		if identifier != "" && !trust.Unresolved(identifier) && !identifierPattern.MatchString(identifier) {
			problem("Identifier", "the audience of %q is not usable as identifier of a resource server, got %q, write 1 to 256 visible ASCII characters without quotes or backslash", key, identifier)
		}
	}
	ps = append(ps, trust.ServerProblems(p.serves, subject, p.site)...)
	for _, c := range p.clients {
		ps = append(ps, c.problems()...)
	}
	return ps
}

// add keeps a client and gives it the resource servers it has to wait for.
func (p *userPool) add(c client, resource awscognito.CfnUserPoolClient, scopes []access.Scope) {
	p.clients = append(p.clients, c)
	var keys []string
	for _, s := range scopes {
		keys = append(keys, s.Server())
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if server := p.servers[key]; server != nil {
			resource.AddResourceDependency(server, nil)
		}
	}
}

// declares reports whether one of the resource servers declared the scope.
func (s Serves) declares(scope access.Scope) bool {
	for server := range s {
		if server == nil || server.Key() != scope.Server() {
			continue
		}
		for _, d := range server.Scopes() {
			if d.Scope == scope {
				return true
			}
		}
	}
	return false
}

// identifiers returns those of the resource servers that are registered here.
func (p *userPool) identifiers() []string {
	var all []string
	for server, identifier := range p.serves {
		if server != nil && p.servers[server.Key()] != nil {
			all = append(all, identifier)
		}
	}
	slices.Sort(all)
	return all
}
