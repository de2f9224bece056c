package gateway_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
)

// adoptRest adds routes to a REST API, deployed to "prod".
func (s *shop) adoptRest(stack awscdk.Stack, id string, theirs awsapigateway.IRestApi, below awsapigateway.IResource) gateway.Api {
	return gateway.RestApi_FromExisting(stack, id, theirs, &gateway.ExistingRestApiProps{ExistingProps: s.existing(), StageName: "prod", Below: below})
}

// ownRestApi is a REST API that this app makes without Scopeway.
func ownRestApi(stack awscdk.Stack, props *awsapigateway.RestApiProps) awsapigateway.RestApi {
	own := awsapigateway.NewRestApi(stack, jsii.String("Own"), props)
	own.Root().AddMethod(jsii.String("GET"), awsapigateway.NewMockIntegration(nil), nil)
	return own
}

// resourceAt is a resource that exists on an API made elsewhere.
func resourceAt(stack awscdk.Stack, theirs awsapigateway.IRestApi, path, id string) awsapigateway.IResource {
	return awsapigateway.Resource_FromResourceAttributes(stack, jsii.String("At"+id), &awsapigateway.ResourceAttributes{Path: jsii.String(path), ResourceId: jsii.String(id), RestApi: theirs})
}

// deployments returns the deployments by logical id.
func (t template) deployments() map[string]resource {
	found := map[string]resource{}
	for id, r := range t.Resources {
		if r.Type == "AWS::ApiGateway::Deployment" {
			found[id] = r
		}
	}
	return found
}

func TestWhateverChangesOnAnApiMadeElsewhereIsDeployed(t *testing.T) {
	proxy := func(uri string, timeout float64) gateway.Backend {
		return gateway.ToRestIntegration(awsapigateway.NewHttpIntegration(jsii.String(uri), &awsapigateway.HttpIntegrationProps{Options: &awsapigateway.IntegrationOptions{Timeout: awscdk.Duration_Seconds(jsii.Number(timeout))}}))
	}
	server := func(timeout float64) gateway.Backend {
		return gateway.ToUrl("https://a.example.com", &gateway.UrlProps{Timeout: awscdk.Duration_Seconds(jsii.Number(timeout))})
	}
	id := func(path string, below string, backend func() gateway.Backend) string {
		s := newShop(t)
		theirs := theirRestApi(s)
		api := s.adoptRest(s.stack, "Adopted", theirs, resourceAt(s.stack, theirs, "/v1", below))
		api.Handle("GET /v1/"+path, access.Require(s.read, s.write), backend())
		for id := range mustSynth(t, s.app).deployments() {
			return id
		}
		return ""
	}
	plain := func() gateway.Backend { return proxy("https://a.example.com", 5) }
	seen := map[string]string{id("orders", "res1", plain): "the plain API"}
	if again := id("orders", "res1", plain); seen[again] == "" {
		t.Error("nothing changed, and the deployment did")
	}
	for _, c := range []struct {
		name, path, below string
		backend           func() gateway.Backend
	}{
		{"another address", "orders", "res1", func() gateway.Backend { return proxy("https://b.example.com", 5) }},
		{"another timeout", "orders", "res1", func() gateway.Backend { return proxy("https://a.example.com", 6) }},
		{"another path", "stock", "res1", plain},
		{"another resource above", "orders", "res2", plain},
		{"a server", "orders", "res1", func() gateway.Backend { return server(5) }},
		{"another timeout of a server", "orders", "res1", func() gateway.Backend { return server(6) }},
	} {
		got := id(c.path, c.below, c.backend)
		if other := seen[got]; other != "" {
			t.Errorf("%s has the deployment of %s (%s): the old one would stay live", c.name, other, got)
		}
		seen[got] = c.name
	}
}

func TestAnIntegrationOfAwscdksLeadsFromAnApiMadeElsewhere(t *testing.T) {
	s := newShop(t)
	s.adoptRest(s.stack, "Adopted", theirRestApi(s), nil).
		Handle("GET /orders", access.Require(s.read, s.write), gateway.ToRestIntegration(awsapigateway.NewLambdaIntegration(s.fn, nil)))
	template := mustSynth(t, s.app)
	for _, p := range template.ofType("AWS::Lambda::Permission") {
		if !has(fmt.Sprint(p.Properties["SourceArn"]), "abc123") {
			t.Errorf("permission = %v, want one for the API", p.Properties)
		}
	}
}

func TestRoutesOnOneStageOfOneStackShareADeployment(t *testing.T) {
	s := newShop(t)
	theirs := theirRestApi(s)
	s.adoptRest(s.stack, "Orders", theirs, nil).Handle("GET /orders", access.Require(s.read), gateway.ToLambda(s.fn))
	again := awsapigateway.RestApi_FromRestApiAttributes(s.stack, jsii.String("Again"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("abc123"), RootResourceId: jsii.String("root1")})
	s.adoptRest(s.stack, "Stock", again, nil).Handle("PUT /stock", access.Require(s.write), gateway.ToLambda(s.fn))
	other := newStack(s.app, "Other")
	elsewhere := awsapigateway.RestApi_FromRestApiAttributes(other, jsii.String("Theirs"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("abc123"), RootResourceId: jsii.String("root1")})
	s.adoptRest(other, "Returns", elsewhere, nil).Handle("POST /returns", access.Require(s.write), gateway.ToUrl("https://returns.example.com", nil))
	templates, failure := synth(s.app)
	if failure != "" {
		t.Fatal(failure)
	}
	for name, methods := range map[string]int{"Main": 2, "Other": 1} {
		template := templates[name]
		if all := template.deployments(); len(all) != 1 {
			t.Errorf("stack %s has %d deployments, want 1", name, len(all))
		}
		waits := fmt.Sprint(template.one(t, "AWS::ApiGateway::Deployment").DependsOn)
		found := 0
		for id, r := range template.Resources {
			if r.Type != "AWS::ApiGateway::Method" {
				continue
			}
			if found++; !has(waits, id) {
				t.Errorf("stack %s: the deployment waits for %s, not for %s", name, waits, id)
			}
		}
		if found != methods {
			t.Errorf("stack %s has %d methods, want %d", name, found, methods)
		}
	}
}

func TestRoutesOfOneAppOnOneApiAreNobodysOpening(t *testing.T) {
	for name, build := range map[string]func(s *shop, other awscdk.Stack){
		"two adoptions of an HTTP API": func(s *shop, other awscdk.Stack) {
			props := s.existing()
			gateway.HttpApi_FromExisting(s.stack, "A", theirHttpApi(s), &props).Handle("GET /a", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			gateway.HttpApi_FromExisting(other, "B", theirHttpApi(&shop{stack: other}), &props).Handle("GET /b", access.Public("a menu"), gateway.ToLambda(s.other))
		},
		"an HTTP API of Scopeway's": func(s *shop, other awscdk.Stack) {
			props, api := s.existing(), s.api()
			gateway.HttpApi_FromExisting(s.stack, "A", api.Api(), &props).Handle("GET /a", access.Require(s.read), gateway.ToLambda(s.fn))
			gateway.HttpApi_FromExisting(other, "B", api.Api(), &props).Handle("GET /b", access.Require(s.read), gateway.ToUrl("https://b.example.com", &gateway.UrlProps{ForwardsToken: "it is ours"}))
		},
		"a REST API of Scopeway's": func(s *shop, other awscdk.Stack) {
			api := s.rest(nil)
			s.adoptRest(s.stack, "A", api.Api(), nil).Handle("GET /a", access.Require(s.read), gateway.ToLambda(s.fn))
			s.adoptRest(other, "B", api.Api(), nil).Handle("GET /b", access.Require(s.read), gateway.ToUrl("https://b.example.com", nil))
			s.adoptRest(other, "C", api.Api(), api.Api().Root().GetResource(jsii.String("orders"))).Handle("GET /orders", access.Require(s.read), gateway.ToUrl("https://b.example.com", nil))
		},
	} {
		s := newShop(t)
		build(s, newStack(s.app, "Service"))
		if _, failure := synth(s.app); failure != "" {
			t.Errorf("%s: violations = %v, want none\n%s", name, violationsOf(s.app), failure)
		}
	}
}

func TestWhatIsBesideTheRoutesOfOneAppIsAnOpeningStill(t *testing.T) {
	s := newShop(t)
	props := s.existing()
	a := gateway.HttpApi_FromExisting(s.stack, "A", theirHttpApi(s), &props)
	a.Handle("GET /a", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	other := newStack(s.app, "Service")
	gateway.HttpApi_FromExisting(other, "B", theirHttpApi(&shop{stack: other}), &props).
		Handle("GET /b", access.Require(s.read), gateway.ToUrl("https://b.example.com", &gateway.UrlProps{ForwardsToken: "it is ours"}))
	rawRoute(s.stack, "abc123")
	synth(s.app)
	if got := violationsOf(s.app); !slices.Equal(got, []string{"UndeclaredRoute", "UndeclaredRoute"}) {
		t.Errorf("violations = %v, want one for each API", got)
	}
}

func TestRoutesOnARestApiOfTheSameApp(t *testing.T) {
	build := func(t *testing.T, home func(s *shop) awscdk.Stack, ownProps *awsapigateway.RestApiProps, stage string) map[string]template {
		s := newShop(t)
		own := ownRestApi(home(s), ownProps)
		if stage != "prod" {
			awsapigateway.NewStage(home(s), jsii.String("Second"), &awsapigateway.StageProps{StageName: jsii.String(stage), Deployment: own.LatestDeployment()})
		}
		existing := s.existing()
		existing.OtherRoutes = "the root is answered by a mock"
		api := gateway.RestApi_FromExisting(s.stack, "Adopted", own, &gateway.ExistingRestApiProps{ExistingProps: existing, StageName: stage})
		api.Handle("GET /orders/{id}", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		templates, failure := synth(s.app)
		if failure != "" {
			t.Fatal(failure)
		}
		return templates
	}
	here := func(s *shop) awscdk.Stack { return s.stack }
	owner := func(s *shop) awscdk.Stack {
		if made := s.app.Node().TryFindChild(jsii.String("Owner")); made != nil {
			return made.(awscdk.Stack)
		}
		return newStack(s.app, "Owner")
	}
	cors := &awsapigateway.RestApiProps{DefaultCorsPreflightOptions: &awsapigateway.CorsOptions{AllowOrigins: jsii.Strings("*")}}
	t.Run("in one stack its own deployment has the methods", func(t *testing.T) {
		main := build(t, here, cors, "prod")["Main"]
		if all := main.deployments(); len(all) != 1 {
			t.Fatalf("got %d deployments, want the owner's", len(all))
		}
		waits := fmt.Sprint(main.one(t, "AWS::ApiGateway::Deployment").DependsOn)
		for id, r := range main.Resources {
			if r.Type == "AWS::ApiGateway::Method" && !has(waits, id) {
				t.Errorf("the deployment waits for %s, not for %s", waits, id)
			}
		}
		if key := "OPTIONS /orders"; main.methods()[key].Type != "" {
			t.Errorf("the owner's defaults made %s", key)
		}
	})
	t.Run("another stage of the same stack is waited for", func(t *testing.T) {
		main := build(t, here, nil, "second")["Main"]
		for id, d := range main.deployments() {
			waits := fmt.Sprint(d.DependsOn)
			if d.Properties["StageName"] == "second" && !(has(waits, "Second") && has(waits, "OwnGET")) {
				t.Errorf("deployment %s waits for %s, want the stage and the owner's methods", id, waits)
			}
		}
		if n := len(main.deployments()); n != 2 {
			t.Errorf("got %d deployments, want 2", n)
		}
	})
	t.Run("in two stacks the methods are in the one of the routes", func(t *testing.T) {
		templates := build(t, owner, cors, "prod")
		if n := len(templates["Main"].ofType("AWS::ApiGateway::Method")); n != 1 {
			t.Errorf("got %d methods beside the routes, want 1", n)
		}
		if d := templates["Main"].one(t, "AWS::ApiGateway::Deployment"); d.Properties["StageName"] != "prod" {
			t.Errorf("deployment = %v", d)
		}
	})
}

func TestWhatAnExistingRestApiRefuses(t *testing.T) {
	both := func(s *shop) access.Rule { return access.Require(s.read, s.write) }
	for _, c := range []struct {
		name  string
		build func(s *shop)
		ids   []string
	}{
		{"no root", func(s *shop) {
			theirs := awsapigateway.RestApi_FromRestApiId(s.stack, jsii.String("Theirs"), jsii.String("abc123"))
			s.adopt(s.adoptRest(s.stack, "A", theirs, nil))
		}, []string{"NoRootResource"}},
		{"no root and a resource", func(s *shop) {
			theirs := awsapigateway.RestApi_FromRestApiId(s.stack, jsii.String("Theirs"), jsii.String("abc123"))
			s.adoptRest(s.stack, "A", theirs, resourceAt(s.stack, theirs, "/v1", "res1")).Handle("GET /v1/orders", both(s), gateway.ToLambda(s.fn))
		}, nil},
		{"a root as resource", func(s *shop) {
			theirs := awsapigateway.RestApi_FromRestApiId(s.stack, jsii.String("Theirs"), jsii.String("abc123"))
			s.adopt(s.adoptRest(s.stack, "A", theirs, resourceAt(s.stack, theirs, "/", "root1")))
		}, nil},
		{"a resource of another API", func(s *shop) {
			other := awsapigateway.RestApi_FromRestApiAttributes(s.stack, jsii.String("Others"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("other1"), RootResourceId: jsii.String("root2")})
			s.adopt(s.adoptRest(s.stack, "A", theirRestApi(s), resourceAt(s.stack, other, "/v1", "res1")))
		}, []string{"OtherResource"}},
		{"a final slash", func(s *shop) {
			theirs := theirRestApi(s)
			s.adoptRest(s.stack, "A", theirs, resourceAt(s.stack, theirs, "/v1/", "res1")).Handle("GET /v1/orders", both(s), gateway.ToLambda(s.fn))
		}, []string{"ResourcePath"}},
		{"no slash", func(s *shop) {
			theirs := theirRestApi(s)
			s.adoptRest(s.stack, "A", theirs, resourceAt(s.stack, theirs, "v1", "res1")).Handle("GET /v1/orders", both(s), gateway.ToLambda(s.fn))
		}, []string{"ResourcePath"}},
		{"a path that is there", func(s *shop) {
			theirs := theirRestApi(s)
			theirs.Root().AddResource(jsii.String("orders"), nil)
			s.adopt(s.adoptRest(s.stack, "A", theirs, nil))
		}, []string{"PathExists"}},
		{"a path that is made afterwards", func(s *shop) {
			theirs := theirRestApi(s)
			s.adopt(s.adoptRest(s.stack, "A", theirs, nil))
			theirs.Root().ResourceForPath(jsii.String("/orders/{id}"))
		}, []string{"PathExists"}},
		{"a path that another adoption makes", func(s *shop) {
			s.adoptRest(s.stack, "A", theirRestApi(s), nil).Handle("GET /v1/orders", both(s), gateway.ToLambda(s.fn))
			other := newStack(s.app, "Other")
			s.adoptRest(other, "B", theirRestApi(&shop{stack: other}), nil).Handle("GET /v1/stock", both(s), gateway.ToUrl("https://b.example.com", nil))
		}, []string{"PathExists"}},
		{"a method that is there", func(s *shop) {
			own := ownRestApi(s.stack, nil)
			s.adoptRest(s.stack, "A", own, nil).Handle("GET /", both(s), gateway.ToLambda(s.fn))
		}, []string{"PathExists"}},
		{"a method that another adoption makes", func(s *shop) {
			for i, id := range []string{"A", "B"} {
				theirs := awsapigateway.RestApi_FromRestApiAttributes(s.stack, jsii.String("Theirs"+id), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("abc123"), RootResourceId: jsii.String("root1")})
				s.adoptRest(s.stack, id, theirs, resourceAt(s.stack, theirs, "/v1", fmt.Sprint("res", i))).Handle("GET /v1", both(s), gateway.ToLambda(s.fn))
			}
		}, []string{"DuplicateRoute"}},
		{"one path on two APIs", func(s *shop) {
			for _, id := range []string{"A", "B"} {
				theirs := awsapigateway.RestApi_FromRestApiAttributes(s.stack, jsii.String("Theirs"+id), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("abc" + id), RootResourceId: jsii.String("root" + id)})
				s.adopt(s.adoptRest(s.stack, id, theirs, nil))
			}
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			c.build(s)
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) || c.ids == nil && failure != "" {
				t.Errorf("problems = %v, want %v\n%s", ids, c.ids, failure)
			}
		})
	}
}
