package identity

import (
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// WorkloadProps configure a [Workload]. Url, Serves, Algorithms, Mark and one of
// KeysUrl and Keys are required. URLs, the audience, subjects and the value of
// Mark may hold CloudFormation tokens.
type WorkloadProps struct {
	// Url is the exact iss claim of the tokens, byte for byte: a trailing
	// slash counts. It must be https, or http on a literal loopback address.
	Url string
	// KeysUrl is where the issuer publishes its key set, see [IssuerProps].
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Default: keys are fetched.
	Keys string
	// Algorithms are those the issuer signs with, as in [IssuerProps].
	Algorithms []string
	// Serves is the one resource server that workloads may call, with the
	// audience that they ask tokens for: one of the API's own, so that a token
	// for something else is not taken here.
	Serves Serves
	// Mark is a claim that the workloads' tokens carry and other tokens of the
	// issuer never do: identity.Mark{Claim: "kubernetes.io"} of a cluster.
	Mark Mark
	// Subjects are the workloads whose tokens count, exact (sub):
	// "system:serviceaccount:shop:billing". Default: all of the issuer's, of
	// which rules choose with access.Claim. An issuer that is known to have tokens
	// for everybody in the world, as GitLab.com, takes rules and subjects only
	// that say whose they are.
	Subjects []string
}

// Workload is an issuer of tokens that say which program calls, as a Kubernetes
// cluster gives its service accounts. Such tokens have no scopes, roles or
// groups: rules read their claims, access.Claim("sub", "…").From("Cluster"). The
// caller is a machine, and its client id is sub. Tokens without aud or exp, as
// Kubernetes once kept in secrets, are refused. Nothing is created at the issuer.
type Workload interface {
	Identity
}

// NewWorkload trusts the tokens of programs, from an issuer that exists
// elsewhere.
func NewWorkload(scope constructs.Construct, id string, props *WorkloadProps) Workload {
	var p WorkloadProps
	if props != nil {
		p = *props
	}
	return newExternal(scope, id, p.elsewhere("workload identity", "", func(problem report) {
		if wrong := trust.URLProblem(p.Url); wrong != "" {
			problem("IssuerUrl", "Url is %s", wrong)
		}
		p.Mark.problems(problem, "Mark")
	}))
}

// elsewhere returns what all identities of programs say of themselves. usual is
// the issuer that it is if nobody knows better before the deploy.
func (p WorkloadProps) elsewhere(kind, usual string, check func(report)) elsewhere {
	servers, subjects := len(p.Serves), slices.Clone(p.Subjects)
	shared, isShared := publicIssuerOf(p.Url, usual)
	e := elsewhere{
		kind: kind,
		trust: trust.Trust{
			Issuer:     p.Url,
			Profile:    trust.Workload,
			Algorithms: p.Algorithms,
			Mark:       p.Mark.list(),
		},
		serves: p.Serves, clients: p.Subjects, caller: "sub",
		keysUrl: p.KeysUrl, keys: p.Keys,
		check: func(problem report) {
			check(problem)
			if isShared {
				shared.subjectProblems(subjects, problem)
			}
			if servers > 1 {
				problem("WhichServer", "it serves %d resource servers, and without scopes a token for one would do for all: let it serve one, and make another identity where the issuer has another", servers)
			}
		},
	}
	if isShared && len(subjects) == 0 {
		e.trust.Owners, e.trust.SaysWhose = shared.owners, shared.says
	}
	return e
}
