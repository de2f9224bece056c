package identity_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

func cluster(change func(*identity.WorkloadProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := &identity.WorkloadProps{
			Url: "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", KeysUrl: "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE/keys",
			Algorithms: []string{"RS256"}, Serves: identity.Serves{orders: "orders"}, Mark: identity.Mark{Claim: "kubernetes.io"},
		}
		change(props)
		identity.NewWorkload(stack, "Cluster", props)
	}
}

// twoServers serves another resource server, too.
func twoServers(serves identity.Serves) { serves[access.NewResourceServer("stock", "Stock")] = "stock" }

func TestAWorkloadIsItsSubjectAndHasNoScopes(t *testing.T) {
	accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
		props := &identity.WorkloadProps{
			Url: "http://127.0.0.1:8080", Keys: goodSet, Algorithms: []string{"RS256"}, Serves: identity.Serves{orders: "orders"},
			Mark: identity.Mark{Claim: "kind", Value: "pod"}, Subjects: []string{"system:serviceaccount:shop:billing"},
		}
		got := identity.NewWorkload(stack, "Cluster", props).Trust()
		if got.Profile != "workload" || got.HasScopes() || got.AnyClient || got.Owners != nil || got.Keys != "shipped" ||
			!reflect.DeepEqual(got.Clients, props.Subjects) || !reflect.DeepEqual(got.Mark, []string{"kind", "pod"}) {
			t.Errorf("Trust() = %+v, want a workload", got)
		}
	})
	accepted(t, cluster(func(p *identity.WorkloadProps) {}))
}

func TestWhichWorkloadsFailSynth(t *testing.T) {
	mark := func(m identity.Mark) builder { return cluster(func(p *identity.WorkloadProps) { p.Mark = m }) }
	refused(t, []refusal{
		{"no props", func(stack awscdk.Stack, _ *access.ResourceServer, _ access.Scope) {
			identity.NewWorkload(stack, "Cluster", nil)
		}, []string{"IssuerUrl", "IssuerUrl", "Mark", "NoAlgorithms", "ServesNothing"}, "Mark has no claim"},
		{"no mark", mark(identity.Mark{}), []string{"Mark"}, "Mark has no claim"},
		{"a value of no claim", mark(identity.Mark{Value: "pod"}), []string{"Mark"}, "Mark has no claim"},
		{"a mark that every token has", mark(identity.Mark{Claim: "sub"}), []string{"Mark"}, `got "sub"`},
		{"a mark of ID tokens", mark(identity.Mark{Claim: "nonce", Value: "1"}), []string{"Mark"}, "other tokens of an issuer have too"},
		{"a mark that tells by its value, without one", mark(identity.Mark{Claim: "typ"}), []string{"Mark"}, "without one"},
		{"a mark of ID tokens, by its value", mark(identity.Mark{Claim: "typ", Value: "ID"}), []string{"Mark"}, `got "ID", write the value of access tokens`},
		{"a mark of refresh tokens", mark(identity.Mark{Claim: "token_use", Value: "refresh_token"}), []string{"Mark"}, "another kind of token"},
		{"a mark that PingOne's ID tokens have", mark(identity.Mark{Claim: "env", Value: "e1"}), []string{"Mark"}, `got "env"`},
		{"a subject that anybody can have", cluster(func(p *identity.WorkloadProps) {
			p.Url, p.Subjects = "https://gitlab.com", []string{"ref:main"}
		}), []string{"WhoseWorkload"}, `begins with "project_path:"`},
		{"a mark known at deploy only", mark(identity.Mark{Claim: *awscdk.Fn_ImportValue(jsii.String("Mark"))}), []string{"Mark"}, "known at deploy only"},
		{"two resource servers", cluster(func(p *identity.WorkloadProps) { twoServers(p.Serves) }), []string{"WhichServer"}, "it serves 2 resource servers"},
		{"no keys", cluster(func(p *identity.WorkloadProps) { p.KeysUrl = "" }), []string{"IssuerUrl"}, "it has no keys"},
		{"http", cluster(func(p *identity.WorkloadProps) { p.Url = "http://cluster.local" }), []string{"IssuerUrl"}, "Url is not https"},
		{"an empty subject", cluster(func(p *identity.WorkloadProps) { p.Subjects = []string{""} }), []string{"Subject"}, "the id of subject 1 is empty, write the sub of its tokens"},
		{"a subject twice", cluster(func(p *identity.WorkloadProps) { p.Subjects = []string{"a", "a"} }), []string{"Subject"}, `the subject "a" twice`},
	})
}

func TestIssuersOfEverybodysWorkloads(t *testing.T) {
	for url, c := range map[string]struct{ subject, owner string }{
		"https://token.actions.githubusercontent.com": {"repo:acme/shop:ref:refs/heads/main", "repository_id"},
		"https://gitlab.com":                          {"project_path:acme/shop:ref_type:branch:ref:main", "project_id"},
		"https://app.terraform.io":                    {"organization:acme:project:shop:workspace:prod:run_phase:apply", "terraform_organization_id"},
		"https://agent.buildkite.com":                 {"organization:acme:pipeline:shop:ref:refs/heads/main", "organization_id"},
		"https://accounts.google.com":                 {"110169484474386276334", "sub"},
	} {
		accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			props := identity.WorkloadProps{Url: url, KeysUrl: "https://keys.example.com", Algorithms: []string{"RS256"}, Serves: identity.Serves{orders: "orders"}, Mark: identity.Mark{Claim: "run"}}
			open := identity.NewWorkload(stack, "Open", &props).Trust()
			if len(open.Owners) == 0 || open.Owners[0] != c.owner || !open.SaysWhose("sub", c.subject) || open.SaysWhose("ref", "main") || open.SaysWhose("sub", true) && url != "https://accounts.google.com" {
				t.Errorf("%s: owners = %q, want %q first, and sub %q to say whose it is", url, open.Owners, c.owner, c.subject)
			}
		})
		accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, _ access.Scope) {
			if named := identity.NewWorkload(stack, "Named", &identity.WorkloadProps{
				Url: url, KeysUrl: "https://keys.example.com", Algorithms: []string{"RS256"}, Serves: identity.Serves{orders: "orders"}, Mark: identity.Mark{Claim: "run"}, Subjects: []string{c.subject},
			}).Trust(); named.Owners != nil {
				t.Errorf("%s with subjects: owners = %q, want none", url, named.Owners)
			}
		})
	}
}

func TestAMarkMayTellByItsValue(t *testing.T) {
	accepted(t, cluster(func(p *identity.WorkloadProps) { p.Mark = identity.Mark{Claim: "typ", Value: "workload"} }))
}
