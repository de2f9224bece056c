package nag

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// finding is what a rule of cdk-nag says of a resource.
type finding struct {
	rule, path, verdict, reason, level, text string
}

// findings reads cdk-nag's reports.
func (a assembly) findings(t *testing.T) []finding {
	t.Helper()
	reports, err := filepath.Glob(filepath.Join(a.dir, "AwsSolutions-*-NagReport.csv"))
	if err != nil || len(reports) == 0 {
		t.Fatalf("cdk-nag wrote no report: %v", err)
	}
	var all []finding
	for _, report := range reports {
		file, err := os.Open(report)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(file).ReadAll()
		file.Close()
		if err != nil {
			t.Fatalf("%s: %v", report, err)
		}
		for _, l := range lines[1:] {
			all = append(all, finding{l[0], l[1], l[2], l[3], l[4], l[5]})
		}
	}
	return all
}

func TestNothingIsFound(t *testing.T) {
	everyApp(t, func(t *testing.T, name string, a assembly) {
		for _, f := range a.findings(t) {
			switch f.verdict {
			case "Compliant", "Suppressed":
			default:
				t.Errorf("%s: %s (%s) %s: %s", f.rule, f.path, f.level, f.verdict, f.text)
			}
		}
	})
}

// What is up to the app stays a finding of the app's.
func TestWhatIsTheAppsToDecideIsFound(t *testing.T) {
	a := synthesise(t, "undecided", func(app awscdk.App) {
		orders := access.NewResourceServer("orders", "Orders API")
		read := orders.Scope("read", "See orders")
		h := newHome(app, "Undecided")
		users := identity.NewCognito(h.stack, "Users", &identity.CognitoProps{Serves: identity.Serve(orders)})
		users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{read}, CallbackUrls: []string{"https://shop.example.com/callback"}})
		api := gateway.NewRestApi(h.stack, "Api", &gateway.RestApiProps{Trusts: []identity.Identity{users}, Tracing: true})
		api.Handle("GET /orders", access.Require(read), gateway.ToLambda(h.function))
		api.AuthorizerFunction().AddToRolePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("s3:GetObject"), Resources: jsii.Strings("*"),
		}))
	})
	var got []string
	for _, f := range a.findings(t) {
		if f.verdict == "Non-Compliant" {
			got = append(got, f.rule+" "+f.path)
		}
	}
	slices.Sort(got)
	want := []string{
		"AwsSolutions-APIG3 Undecided/Api/Rest/DeploymentStage.prod/Resource",
		"AwsSolutions-COG2 Undecided/Users/Pool/Resource",
		"AwsSolutions-COG8 Undecided/Users/Pool/Resource",
		"AwsSolutions-IAM5 Undecided/Api/Authorizer/Role/DefaultPolicy/Resource",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
