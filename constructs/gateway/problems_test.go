package gateway_test

import (
	"fmt"
	"math"
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

func TestWhatFailsSynth(t *testing.T) {
	long := awscdk.Duration_Hours(jsii.Number(2))
	half := awscdk.Duration_Millis(jsii.Number(1500))
	for _, c := range []struct {
		name  string
		build func(s *shop)
		ids   []string // all of them, sorted
		text  string   // part of what is said
	}{
		{"a route without a rule", func(s *shop) {
			s.api().Handle("GET /x", access.Rule{}, gateway.ToLambda(s.fn))
		}, []string{"NoRule"}, `route "GET /x", it has no rule, write access.Require`},
		{"a public route without a reason", func(s *shop) {
			s.api().Handle("GET /x", access.Public(""), gateway.ToLambda(s.fn))
		}, []string{"NoReason"}, "without a reason"},
		{"a route key that does not parse", func(s *shop) {
			s.api().Handle("GET /x/", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"BadRoute"}, "at offset 7 a trailing slash, leave it out"},
		{"another notation of a greedy variable", func(s *shop) {
			s.api().Handle("GET /{x...}", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"BadRoute"}, "write {x+}"},
		{"a route declared twice", func(s *shop) {
			s.api().Handle("GET /orders/{id}", access.Require(s.write), gateway.ToLambda(s.fn))
		}, []string{"DuplicateRoute"}, "declare it once"},
		{"a route declared twice with another variable", func(s *shop) {
			s.api().Handle("GET /orders/{key}", access.Require(s.write), gateway.ToLambda(s.fn))
		}, []string{"DuplicateRoute"}, "declare it once"},
		{"overlapping routes", func(s *shop) {
			api := s.api()
			api.Handle("GET /{a}/b", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Handle("GET /a/{b}", access.Require(s.write), gateway.ToLambda(s.fn))
		}, []string{"OverlappingRoutes"}, "both match GET /a/b"},
		{"a public catch-all beside stricter routes", func(s *shop) {
			s.api().Handle("ANY /{path+}", access.Public("static files"), gateway.ToLambda(s.fn))
		}, []string{"WeakerRoute", "WeakerRoute"}, "shares its backend"},
		{"a weaker default route", func(s *shop) {
			s.api().Handle("$default", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"WeakerRoute"}, `"POST /orders"`},
		{"a scope that is named twice", func(s *shop) {
			s.api().Handle("GET /x", access.Require(s.read, s.read), gateway.ToLambda(s.fn))
		}, []string{"RepeatedScope"}, "twice"},
		{"the zero scope", func(s *shop) {
			s.api().Handle("GET /x", access.Require(access.Scope{}), gateway.ToLambda(s.fn))
		}, []string{"NoScope"}, "zero Scope"},
		{"a scope nobody serves", func(s *shop) {
			stranger := access.NewResourceServer("stock", "Stock").Scope("count", "Count")
			s.api().Handle("GET /x", access.Require(stranger), gateway.ToLambda(s.fn))
		}, []string{"UnknownScope"}, `got "stock/count", want one of "orders/read", "orders/write"`},
		{"a scope nobody uses", func(s *shop) {
			s.api()
			s.orders.Scope("spare", "Do nothing")
		}, []string{"UnusedScope"}, `scope "orders/spare"`},
		{"a scope declared twice", func(s *shop) {
			s.api()
			s.orders.Scope("read", "See orders")
		}, []string{"DuplicateScope"}, "declare it once"},
		{"a scope without a description", func(s *shop) {
			s.api().Handle("GET /x", access.Require(s.orders.Scope("bare", "")), gateway.ToLambda(s.fn))
		}, []string{"ScopeDescription"}, "description"},
		{"101 scopes", func(s *shop) {
			api := s.api()
			for i := range 99 {
				api.Handle(fmt.Sprintf("GET /x%d", i), access.Require(s.orders.Scope(fmt.Sprintf("s%d", i), "Do")), gateway.ToLambda(s.fn))
			}
		}, []string{"TooManyScopes"}, "got 101, at most 100"},
		{"no backend", func(s *shop) {
			s.api().Handle("GET /x", access.Require(s.read), nil)
		}, []string{"NoBackend"}, "gateway.ToLambda(fn)"},
		{"a nil function", func(s *shop) {
			s.api().Handle("GET /x", access.Require(s.read), gateway.ToLambda(nil))
		}, []string{"NoBackend"}, "not nil"},
		{"a nil function in a variable", func(s *shop) {
			var fn awslambda.Function
			s.api().Handle("GET /x", access.Require(s.read), gateway.ToLambda(fn))
		}, []string{"NoBackend"}, "not nil"},
		{"no route", func(s *shop) {
			s.bareApi(nil)
		}, []string{"NoRoutes", "UnusedScope", "UnusedScope"}, `write api.Handle("GET /orders"`},
		{"no identity", func(s *shop) {
			gateway.NewHttpApi(s.stack, "Api", nil).Handle("GET /x", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"TrustsNobody"}, "Trusts: []identity.Identity{users}"},
		{"a nil identity", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, nil}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"NilIdentity"}, "identity 2 of Trusts is nil"},
		{"an identity twice", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, s.users}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"SharedIssuer"}, "one issuer"},
		{"a public group", func(s *shop) {
			s.api().Group("/x", access.Public("why not")).Handle("GET /y", gateway.ToLambda(s.fn))
		}, []string{"PublicInGroup"}, "declare public routes one by one"},
		{"a public group in a group", func(s *shop) {
			s.api().Group("/x", access.Require(s.read)).Group("/y", access.Public("why not")).Handle("GET /z", gateway.ToLambda(s.fn))
		}, []string{"PublicInGroup"}, `group "/x/y"`},
		{"a group without a rule", func(s *shop) {
			s.api().Group("/x", access.Rule{}).Handle("GET /y", gateway.ToLambda(s.fn))
		}, []string{"NoRule"}, `group "/x"`},
		{"a group without routes and without a rule", func(s *shop) {
			s.api().Group("/x", access.Rule{})
		}, []string{"NoRule"}, `group "/x"`},
		{"a group in a group without a rule", func(s *shop) {
			s.api().Group("/x", access.Rule{}).Group("/y", access.Require(s.read)).Handle("GET /z", gateway.ToLambda(s.fn))
		}, []string{"NoRule"}, `group "/x"`},
		{"a bad prefix", func(s *shop) {
			s.api().Group("admin/", access.Require(s.read)).Handle("GET /y", gateway.ToLambda(s.fn))
		}, []string{"BadPrefix"}, "does not begin with"},
		{"a default route in a group", func(s *shop) {
			s.api().Group("/x", access.Require(s.read)).Handle("$default", gateway.ToLambda(s.fn))
		}, []string{"BadRoute"}, "within a group"},
		{"a reserved path", func(s *shop) {
			s.api().Handle("GET /ping", access.Require(s.read), gateway.ToLambda(s.fn))
		}, []string{"ReservedPath"}, `"/ping"`},
		{"a cache of two hours", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Cache: long}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Cache"}, "got 2 hours"},
		{"a cache of half a millisecond", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Cache: awscdk.Duration_Millis(jsii.Number(0.5))}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Cache"}, "got 0.5 millis"},
		{"a cache of one and a half seconds", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Cache: half}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Cache"}, "got 1 second 500 millis"},
		{"a throttle of nothing", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Throttle: &gateway.Throttle{}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Throttle"}, "at least 1"},
		{"a weaker catch-all to an alias of the same function", func(s *shop) {
			alias := awslambda.NewAlias(s.stack, jsii.String("Live"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: s.fn.CurrentVersion()})
			s.api().Handle("ANY /{path+}", access.Public("static files"), gateway.ToLambda(alias))
		}, []string{"WeakerRoute", "WeakerRoute"}, "shares its backend"},
		{"a throttle without an end", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Throttle: &gateway.Throttle{Rate: math.Inf(1), Burst: math.NaN()}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Throttle"}, "+Inf"},
		{"a cache as long as a parameter says", func(s *shop) {
			seconds := awscdk.NewCfnParameter(s.stack, jsii.String("Seconds"), &awscdk.CfnParameterProps{Type: jsii.String("Number")})
			s.bareApi(&gateway.HttpApiProps{Cache: awscdk.Duration_Seconds(seconds.ValueAsNumber())}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Cache"}, "known at deploy only"},
		{"an architecture that Go does not know by that name", func(s *shop) {
			s.bareApi(&gateway.HttpApiProps{Authorizer: &gateway.AuthorizerProps{Architecture: awslambda.Architecture_Custom(jsii.String("riscv"), nil)}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"Compile"}, `got "riscv"`},
		{"a reason that a parameter gives", func(s *shop) {
			why := awscdk.NewCfnParameter(s.stack, jsii.String("Why"), nil)
			s.api().Handle("GET /x", access.Public(*why.ValueAsString()), gateway.ToLambda(s.fn))
		}, []string{"TokenInRule"}, "known at deploy only"},
		{"two servers with one key at two identities", func(s *shop) {
			again := access.NewResourceServer("orders", "Another team's orders")
			again.Scope("read", "See")
			again.Scope("write", "Change")
			partner := identity.NewIssuer(s.stack, "Partner", &identity.IssuerProps{
				Url: "https://partner.example.com", KeysUrl: "https://partner.example.com/keys", Serves: identity.Serves{again: "aud"}, Algorithms: []string{"RS256"},
			})
			s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, partner}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"DuplicateServer"}, "would open the other's routes"},
		{"two issuers with one key set", func(s *shop) {
			stock := access.NewResourceServer("stock", "Stock")
			count := stock.Scope("count", "Count")
			trusts := []identity.Identity{s.users}
			for i, server := range []*access.ResourceServer{s.orders, stock} {
				trusts = append(trusts, identity.NewIssuer(s.stack, fmt.Sprintf("I%d", i), &identity.IssuerProps{
					Url: fmt.Sprintf("https://%d.example.com", i), KeysUrl: "https://keys.example.com", Serves: identity.Serve(server), Algorithms: []string{"RS256"},
				}))
			}
			s.bareApi(&gateway.HttpApiProps{Trusts: trusts}).Handle("GET /x", access.Require(s.read, s.write, count), gateway.ToLambda(s.fn))
		}, []string{"SharedKeys"}, "one could sign for the other"},
		{"an identity of another stage", func(s *shop) {
			stack := newStack(awscdk.NewStage(s.app, jsii.String("Other"), nil), "Main")
			users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(s.orders), AnyClient: true})
			s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{users}}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}, []string{"OtherStage"}, "make one in each stage"},
		{"301 routes", func(s *shop) {
			api := s.api()
			for i := range 299 {
				api.Handle(fmt.Sprintf("GET /x%d", i), access.Require(s.read), gateway.ToLambda(s.fn))
			}
		}, []string{"TooManyRoutes"}, "got 301, at most 300"},
		{"more clients than the environment holds", func(s *shop) {
			s.api()
			for i := range 120 {
				s.users.AddMachineClient(fmt.Sprintf("Client%d", i), &identity.MachineClientProps{Scopes: []access.Scope{s.read}})
			}
		}, []string{"Environment"}, "AnyClient"},
		{"everything at once", func(s *shop) {
			api := s.api()
			api.Handle("GET /a", access.Rule{}, gateway.ToLambda(s.fn))
			api.Handle("fetch /b", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Group("/c", access.Public("x"))
			s.users.AddMachineClient("Idle", nil)
			gateway.NewHttpApi(s.stack, "Empty", &gateway.HttpApiProps{Trusts: []identity.Identity{s.users}})
		}, []string{"BadRoute", "ClientWithoutScopes", "NoRoutes", "NoRule", "PublicInGroup"}, "machine client"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			c.build(s)
			_, failure := synth(s.app)
			ids := problemIDs(failure)
			slices.Sort(ids)
			if !slices.Equal(ids, c.ids) || !has(failure, c.text) {
				t.Errorf("synth said %s\ngot %v, want %v and %q", failure, ids, c.ids, c.text)
			}
		})
	}
}

func TestEveryProblemSaysWhereItWasDeclared(t *testing.T) {
	s := newShop(t)
	s.bareApi(nil).Handle("GET /x", access.Rule{}, gateway.ToLambda(s.fn))
	s.users.AddMachineClient("Idle", nil)
	_, failure := synth(s.app)
	place := regexp.MustCompile(`\(problems_test\.go:\d+\)|\(harness_test\.go:\d+\)`)
	lines := 0
	for line := range strings.Lines(failure) {
		if !strings.Contains(line, "[scopeway:") {
			continue
		}
		lines++
		if !place.MatchString(line) {
			t.Errorf("no file and line in %q", line)
		}
	}
	if lines < 2 {
		t.Errorf("synth said %q, want at least 2 problems", failure)
	}
}

// handleLate declares a route while the app is synthesised.
type handleLate struct{ handle func() }

func (l *handleLate) Visit(constructs.IConstruct) { l.handle() }

func TestARouteDeclaredDuringSynthFailsIt(t *testing.T) {
	s := newShop(t)
	api := s.api()
	once := false
	awscdk.Aspects_Of(function(s.stack, "Later")).Add(&handleLate{func() {
		if !once {
			once = true
			api.Handle("GET /late", access.Require(s.read), gateway.ToLambda(s.fn))
		}
	}}, nil)
	if _, failure := synth(s.app); !slices.Contains(problemIDs(failure), "LateRoute") {
		t.Errorf("synth said %q, want LateRoute", failure)
	}
}

func TestStagesThatWouldTakeEachOthersTokens(t *testing.T) {
	build := func(audience func(stage string) string) []string {
		app := newApp(t)
		orders := access.NewResourceServer("orders", "Orders API")
		read := orders.Scope("read", "See orders")
		for _, name := range []string{"Staging", "Live"} {
			stage := awscdk.NewStage(app, jsii.String(name), nil)
			stack := newStack(stage, "Main")
			partner := identity.NewIssuer(stack, "Partner", &identity.IssuerProps{
				Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys",
				Serves: identity.Serves{orders: audience(name)}, Algorithms: []string{"RS256"},
			})
			api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{partner}})
			api.Handle("GET /", access.Require(read), gateway.ToLambda(function(stack, "Fn")))
		}
		_, failure := synth(app)
		return problemIDs(failure)
	}
	if ids := build(func(string) string { return "https://orders.example.com" }); !slices.Equal(ids, []string{"SharedTrust"}) {
		t.Errorf("one audience in two stages: problems = %v, want SharedTrust", ids)
	}
	if ids := build(func(stage string) string { return "https://" + stage + ".example.com" }); len(ids) != 0 {
		t.Errorf("an audience a stage: problems = %v, want none", ids)
	}
}

func TestAccountsThatWouldTakeEachOthersTokens(t *testing.T) {
	app := newApp(t)
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	for _, account := range []string{"111111111111", "222222222222"} {
		stack := awscdk.NewStack(app, jsii.String("Main"+account), &awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String(account)}})
		partner := identity.NewIssuer(stack, "Partner", &identity.IssuerProps{
			Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys",
			Serves: identity.Serves{orders: "https://orders.example.com"}, Algorithms: []string{"RS256"},
		})
		api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{partner}})
		api.Handle("GET /", access.Require(read), gateway.ToLambda(function(stack, "Fn")))
	}
	_, failure := synth(app)
	if ids := problemIDs(failure); !slices.Equal(ids, []string{"SharedTrust"}) || !has(failure, `account "222222222222"`) {
		t.Errorf("one audience in two accounts: synth said %q, want SharedTrust", failure)
	}
}

func TestStagesWithAUserPoolEachAreApart(t *testing.T) {
	app := newApp(t)
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	for _, name := range []string{"Staging", "Live"} {
		var stage constructs.Construct = awscdk.NewStage(app, jsii.String(name), nil)
		stack := newStack(stage, "Main")
		users := identity.NewCognito(stack, "Users", &identity.CognitoProps{Serves: identity.Serve(orders)})
		users.AddMachineClient("C", &identity.MachineClientProps{Scopes: []access.Scope{read}})
		api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{users}})
		api.Handle("GET /", access.Require(read), gateway.ToLambda(function(stack, "Fn")))
	}
	if _, failure := synth(app); failure != "" {
		t.Error(failure)
	}
}
