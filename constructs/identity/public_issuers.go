package identity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// publicIssuer is an issuer that gives tokens to everybody in the world, for any
// audience: that it signed one says nothing of whose it is.
type publicIssuer struct {
	// owners are the claims of which each says whose a token is. Not among them is
	// what a workflow may be lured into, or what anybody may call.
	owners []string
	// subjects are how a sub begins that says so; with none any sub does. Where
	// the owner of a workload may compose sub, it may begin with what is the same
	// for everybody: a branch, an environment.
	subjects []string
}

// publicIssuers are those that are known, by iss (GitHub Docs, "OpenID
// Connect reference"; GitLab Docs, "OpenID Connect authentication using ID
// tokens"; HCP Terraform, "Workload identity"; Buildkite, "OIDC in Buildkite
// Pipelines"; Google Cloud, "Get an ID token").
var publicIssuers = map[string]publicIssuer{
	gitHub: {
		[]string{"repository_id", "repository_owner_id", "repository", "repository_owner", "sub", "workflow_ref", "enterprise_id", "enterprise"},
		[]string{"repo:", "repository_id:", "repository_owner_id:", "repository:", "repository_owner:", "enterprise_id:", "enterprise:"},
	},
	"https://gitlab.com":          {[]string{"project_id", "namespace_id", "project_path", "namespace_path", "sub"}, []string{"project_path:"}},
	"https://app.terraform.io":    {[]string{"terraform_organization_id", "terraform_organization_name", "terraform_project_id", "terraform_workspace_id", "sub"}, []string{"organization:"}},
	"https://agent.buildkite.com": {[]string{"organization_id", "organization_slug", "pipeline_id", "sub"}, []string{"organization:"}},
	"https://accounts.google.com": {[]string{"sub", "azp"}, nil},
}

// publicIssuerOf returns the issuer with this iss. One that is known at deploy only may be
// any of them, and then nothing says whose its tokens are but what the kind of
// workload has.
func publicIssuerOf(iss string, usual string) (publicIssuer, bool) {
	if trust.Unresolved(iss) && usual != "" {
		iss = usual
	}
	e, ok := publicIssuers[iss]
	return e, ok
}

// says reports whether a claim with this value says whose a token is.
func (e publicIssuer) says(claim string, value any) bool {
	text, isText := value.(string)
	if !slices.Contains(e.owners, claim) {
		return false
	}
	return claim != "sub" || isText && e.subject(text)
}

// subject says whether a sub says whose the token is. One that is known at deploy
// only is not looked at.
func (e publicIssuer) subject(sub string) bool {
	return len(e.subjects) == 0 || trust.Unresolved(sub) || slices.ContainsFunc(e.subjects, func(start string) bool {
		return strings.HasPrefix(sub, start) && len(sub) > len(start)
	})
}

// subjectProblems reports subjects that anybody may have.
func (e publicIssuer) subjectProblems(subjects []string, problem report) {
	for _, sub := range subjects {
		if sub != "" && !e.subject(sub) {
			problem("WhoseWorkload", "a subject does not say whose the workload is, and anybody in the world can have it, got %q, write one that begins with %s", sub, either(e.subjects))
		}
	}
}

// either lists texts.
func either(texts []string) string {
	quoted := make([]string, len(texts))
	for n, text := range texts {
		quoted[n] = fmt.Sprintf("%q", text)
	}
	return strings.Join(quoted, " or ")
}
