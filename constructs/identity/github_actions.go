package identity

import (
	"cmp"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// GitHubActionsProps configure a [GitHubActions]. Serves is required. Url,
// KeysUrl, the audience and subjects may hold CloudFormation tokens.
type GitHubActionsProps struct {
	// Serves is the one resource server that workflows may call, with the
	// audience that they ask tokens for. Name one of the API's own: GitHub's
	// default, the URL of the repository's owner, is in tokens for anything.
	Serves Serves
	// Url is the exact iss claim of the tokens. An enterprise on GitHub.com may
	// have its name at the end, and a GitHub Enterprise Server has
	// "https://HOSTNAME/_services/token". Default:
	// "https://token.actions.githubusercontent.com".
	Url string
	// KeysUrl is where the key set is. Default: "/.well-known/jwks" below Url.
	KeysUrl string
	// Keys is the key set itself, see [IssuerProps]. Default: keys are fetched.
	Keys string
	// Subjects are the workflows whose tokens count, exact (sub):
	// "repo:acme/shop:environment:production". Every organization may say what its
	// sub is made of, so one has to begin with whose it is. Default: all there
	// are, of which rules choose.
	Subjects []string
}

// GitHubActions are the workflows of GitHub Actions with the permission
// "id-token: write". GitHub.com has tokens for every repository in the world,
// with any audience: unless Subjects or an enterprise's Url say whose count,
// every rule must read a claim that does,
//
//	access.All(
//		access.Claim("repository_id", "74").From("GitHub"),
//		access.Claim("ref", "refs/heads/main").From("GitHub"),
//	)
//
// Ids are safer than names, which may come to belong to somebody else. A claim of
// sub counts where it begins with whose it is, as Subjects do. Tokens
// last minutes. All claims are texts, ids as well (GitHub Docs, "OpenID Connect
// reference"). It was tested against tokens of that shape, not against GitHub
// itself.
type GitHubActions interface {
	Workload
}

const gitHub = "https://token.actions.githubusercontent.com"

// NewGitHubActions trusts the tokens of workflows of GitHub Actions.
func NewGitHubActions(scope constructs.Construct, id string, props *GitHubActionsProps) GitHubActions {
	var p GitHubActionsProps
	if props != nil {
		p = *props
	}
	url := cmp.Or(p.Url, gitHub)
	workload := WorkloadProps{
		Url: url, KeysUrl: p.KeysUrl, Keys: p.Keys, Algorithms: []string{"RS256"},
		Serves: p.Serves, Subjects: p.Subjects, Mark: Mark{Claim: "repository_id"},
	}
	e := workload.elsewhere("GitHub Actions identity", gitHub, func(problem report) {
		if trust.Unresolved(url) {
			return
		}
		if wrong := baseProblem(url, gitHub); wrong != "" {
			problem("IssuerUrl", "Url %s", wrong)
		}
	})
	e.trust.Keys = url + "/.well-known/jwks"
	return newExternal(scope, id, e)
}
