package identity_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestWhetherAnybodyCanHaveATokenOfGitHub(t *testing.T) {
	for name, c := range map[string]struct {
		props identity.GitHubActionsProps
		open  bool
	}{
		"GitHub.com":                       {identity.GitHubActionsProps{}, true},
		"GitHub.com, written out":          {identity.GitHubActionsProps{Url: "https://token.actions.githubusercontent.com"}, true},
		"who knows":                        {identity.GitHubActionsProps{Url: *awscdk.Fn_ImportValue(jsii.String("Url"))}, true},
		"workflows that are named":         {identity.GitHubActionsProps{Subjects: []string{"repo:acme/shop:ref:refs/heads/main", "repository_owner_id:7:environment:production"}}, false},
		"an enterprise":                    {identity.GitHubActionsProps{Url: "https://token.actions.githubusercontent.com/acme"}, false},
		"a server of one's own":            {identity.GitHubActionsProps{Url: "https://ghes.example.com/_services/token"}, false},
		"a server of one's own, workflows": {identity.GitHubActionsProps{Url: "https://ghes.example.com/_services/token", Subjects: []string{"environment:production"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
				c.props.Serves = identity.Serves{orders: "https://orders.example.com"}
				got := identity.NewGitHubActions(stack, "GitHub", &c.props).Trust()
				if (got.Owners != nil) != c.open || !slices.Equal(got.Clients, c.props.Subjects) || !slices.Equal(got.Mark, []string{"repository_id"}) {
					t.Errorf("Trust() = %+v, owners = %q, want open = %v", got, got.Owners, c.open)
				}
			})
		})
	}
}

func TestWhichGitHubActionsFailSynth(t *testing.T) {
	github := func(change func(*identity.GitHubActionsProps)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := &identity.GitHubActionsProps{Serves: identity.Serves{orders: "https://orders.example.com"}}
			change(props)
			identity.NewGitHubActions(stack, "GitHub", props)
		}
	}
	url := func(text string) builder { return github(func(p *identity.GitHubActionsProps) { p.Url = text }) }
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewGitHubActions(stack, "GitHub", nil)
		}, []string{"ServesNothing"}, `GitHub Actions identity "Main/GitHub"`},
		{"a slash at the end", url("https://token.actions.githubusercontent.com/"), []string{"IssuerUrl"}, "ends with a slash"},
		{"a host", url("token.actions.githubusercontent.com"), []string{"IssuerUrl"}, "Url is not a URL"},
		{"http", url("http://ghes.example.com/_services/token"), []string{"IssuerUrl"}, "not https"},
		{"a query", url("https://ghes.example.com/_services/token?x=hunter2"), []string{"IssuerUrl"}, "has a query"},
		{"two resource servers", github(func(p *identity.GitHubActionsProps) { twoServers(p.Serves) }), []string{"WhichServer"}, "let it serve one"},
		{"a subject of anybody's", github(func(p *identity.GitHubActionsProps) {
			p.Subjects = []string{"repo:acme/shop:environment:production", "environment:production"}
		}), []string{"WhoseWorkload"}, `got "environment:production"`},
		{"a workflow that anybody may call", github(func(p *identity.GitHubActionsProps) {
			p.Subjects = []string{"job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main"}
		}), []string{"WhoseWorkload"}, `write one that begins with "repo:" or`},
		{"nobody's repository", github(func(p *identity.GitHubActionsProps) { p.Subjects = []string{"repo:"} }), []string{"WhoseWorkload"}, `got "repo:"`},
		{"an empty subject", github(func(p *identity.GitHubActionsProps) { p.Subjects = []string{""} }), []string{"Subject"}, "is empty"},
	})
}
