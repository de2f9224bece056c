package gateway_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// newApp makes an app in a folder of its own that compiles nothing.
func newApp(t *testing.T) awscdk.App { return newAppWith(t, nil) }

func newAppWith(t *testing.T, flags map[string]any) awscdk.App {
	context := map[string]any{"aws:cdk:bundling-stacks": []string{}}
	maps.Copy(context, flags)
	return awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &context})
}

func newStack(app constructs.Construct, id string) awscdk.Stack {
	return awscdk.NewStack(app, jsii.String(id), nil)
}

// synth returns the templates by stack name, or what the synth said when it
// failed.
func synth(app awscdk.App) (templates map[string]template, failure string) {
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Sprint(r)
		}
	}()
	templates = map[string]template{}
	for _, s := range *app.Synth(nil).StacksRecursively() {
		text, err := os.ReadFile(*s.TemplateFullPath())
		if err != nil {
			return nil, err.Error()
		}
		var t template
		if err := json.Unmarshal(text, &t); err != nil {
			return nil, err.Error()
		}
		t.text = string(text)
		templates[*s.StackName()] = t
	}
	return templates, ""
}

// mustSynth returns the one template of an app that has to synthesise.
func mustSynth(t *testing.T, app awscdk.App) template {
	t.Helper()
	templates, failure := synth(app)
	if failure != "" {
		t.Fatalf("synth failed: %s", failure)
	}
	return templates["Main"]
}

type template struct {
	Resources map[string]resource
	Outputs   map[string]any
	text      string
}

type resource struct {
	Type           string
	Properties     map[string]any
	Metadata       map[string]any
	DependsOn      any
	DeletionPolicy string
}

func (t template) ofType(kind string) []resource {
	var found []resource
	for _, id := range sortedKeys(t.Resources) {
		if t.Resources[id].Type == kind {
			found = append(found, t.Resources[id])
		}
	}
	return found
}

func (t template) one(test *testing.T, kind string) resource {
	test.Helper()
	found := t.ofType(kind)
	if len(found) != 1 {
		test.Fatalf("the template has %d of %s, want 1", len(found), kind)
	}
	return found[0]
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

var idPattern = regexp.MustCompile(`\[scopeway:(\w+)\]`)

// problemIDs returns the ids of the problems in a failed synth, in order.
func problemIDs(failure string) []string {
	var ids []string
	for _, m := range idPattern.FindAllStringSubmatch(failure, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// shop is what most tests build on.
type shop struct {
	app         awscdk.App
	stack       awscdk.Stack
	orders      *access.ResourceServer
	read, write access.Scope
	users       identity.Cognito
	fn, other   awslambda.Function
}

func newShop(t *testing.T) *shop { return newShopIn(newApp(t)) }

func newShopIn(app awscdk.App) *shop { return newShopAt(app, newStack(app, "Main")) }

func newShopAt(app awscdk.App, stack awscdk.Stack) *shop {
	s := &shop{app: app, stack: stack, orders: access.NewResourceServer("orders", "Orders API")}
	s.read = s.orders.Scope("read", "See orders")
	s.write = s.orders.Scope("write", "Place and change orders")
	s.users = identity.NewCognito(s.stack, "Users", &identity.CognitoProps{Serves: identity.Serve(s.orders)})
	// A client without a secret: how secrets are kept, package identity tests.
	s.users.AddNativeClient("Billing", &identity.NativeClientProps{Scopes: []access.Scope{s.read}, CallbackUrls: []string{"com.example.billing:/"}})
	s.fn, s.other = function(s.stack, "Fn"), function(s.stack, "Other")
	return s
}

func function(stack constructs.Construct, id string) awslambda.Function {
	return awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_22_X(),
		Handler: jsii.String("index.handler"),
		Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({})")),
	})
}

// api makes an API with two routes that use both scopes.
func (s *shop) api() gateway.HttpApi {
	api := s.bareApi(nil)
	api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
	return api
}

// bareApi makes an API without routes that trusts the users.
func (s *shop) bareApi(props *gateway.HttpApiProps) gateway.HttpApi {
	if props == nil {
		props = &gateway.HttpApiProps{}
	}
	if props.Trusts == nil {
		props.Trusts = []identity.Identity{s.users}
	}
	return gateway.NewHttpApi(s.stack, "Api", props)
}

func has(text, part string) bool { return strings.Contains(text, part) }

// violationsOf returns the rules that the last synth's report says are broken.
func violationsOf(app awscdk.App) []string {
	text, err := os.ReadFile(*app.Outdir() + "/validation-report.json")
	if err != nil {
		return []string{err.Error()}
	}
	var report struct {
		PluginReports []struct {
			Violations []struct{ RuleName string }
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return []string{err.Error()}
	}
	var rules []string
	for _, p := range report.PluginReports {
		for _, v := range p.Violations {
			rule, _, _ := strings.Cut(v.RuleName, ".") // the resource's id follows
			rules = append(rules, rule)
		}
	}
	return rules
}
