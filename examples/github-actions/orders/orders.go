// Package orders is an API that the workflows of one repository call: a token of
// theirs has no scopes, so rules read its claims.
package orders

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/examples/internal/shop"
)

// What is yours. Ids stay when names change, and come to belong to nobody else:
// gh api repos/acme/shop --jq .id
const (
	Repository = "74120391"
	Audience   = "https://deploy.example.com"
)

// Deploy is the API as workflows ask for tokens for it.
var Deploy = access.NewResourceServer("deploy", "Deploy API")

// The workflows of the repository, those of its branch main, and those that run
// in the environment production, which people have to approve.
var (
	anyBranch  = access.Claim("repository_id", Repository).From("GitHub")
	main       = access.All(anyBranch, access.Claim("ref", "refs/heads/main").From("GitHub"))
	production = access.All(main, access.Claim("environment", "production").From("GitHub"))
)

// NewOrders makes the stack.
func NewOrders(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	workflows := identity.NewGitHubActions(stack, "GitHub", &identity.GitHubActionsProps{
		Serves: identity.Serves{Deploy: Audience},
	})
	api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{workflows}})
	api.Handle("GET /releases", anyBranch, gateway.ToLambda(shop.Backend(stack, "ListReleases")))
	api.Handle("POST /releases", main, gateway.ToLambda(shop.Backend(stack, "MakeRelease")))
	api.Handle("POST /releases/{id}/deploy", production, gateway.ToLambda(shop.Backend(stack, "DeployRelease")))
	shop.Output(stack, "ApiUrl", api.Url())
	return stack
}
