package gateway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// onBothKinds runs a test with an API of each kind, which has two routes.
func onBothKinds(t *testing.T, test func(t *testing.T, build func(s *shop, props gateway.Props) gateway.HttpApi, rest bool)) {
	t.Run("HTTP", func(t *testing.T) {
		test(t, func(s *shop, props gateway.Props) gateway.HttpApi {
			api := s.bareApi(&props)
			api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
			api.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
			return api
		}, false)
	})
	t.Run("REST", func(t *testing.T) {
		test(t, func(s *shop, props gateway.Props) gateway.HttpApi { s.rest(&props); return nil }, true)
	})
}

func TestTheAuthorizersFunctionIsConfigured(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		vpc := awsec2.NewVpc(s.stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(1)})
		build(s, gateway.Props{
			Tracing: true, Description: "Orders of the shop",
			Authorizer: &gateway.AuthorizerProps{MemorySize: 512, Timeout: awscdk.Duration_Seconds(jsii.Number(9)), ReservedConcurrency: jsii.Number(10), Vpc: vpc, Subnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}},
		})
		template := mustSynth(t, s.app)
		for _, f := range template.ofType("AWS::Lambda::Function") {
			p := f.Properties
			if p["Runtime"] != "provided.al2023" {
				continue
			}
			if p["MemorySize"] != 512.0 || p["Timeout"] != 9.0 || p["ReservedConcurrentExecutions"] != 10.0 || fmt.Sprint(p["TracingConfig"]) != "map[Mode:Active]" || p["VpcConfig"] == nil {
				t.Errorf("function = %v", p)
			}
		}
		kind := "AWS::ApiGatewayV2::Api"
		if rest {
			kind = "AWS::ApiGateway::RestApi"
			if template.one(t, "AWS::ApiGateway::Stage").Properties["TracingEnabled"] != true {
				t.Error("the stage sends no traces")
			}
		}
		if got := template.one(t, kind).Properties["Description"]; got != "Orders of the shop" {
			t.Errorf("description = %v", got)
		}
	})
}

func TestADomainClosesTheDefaultEndpoint(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		certificate := awscertificatemanager.Certificate_FromCertificateArn(s.stack, jsii.String("Certificate"), jsii.String("arn:aws:acm:us-east-1:123456789012:certificate/x"))
		zone := awsroute53.HostedZone_FromHostedZoneAttributes(s.stack, jsii.String("Zone"), &awsroute53.HostedZoneAttributes{HostedZoneId: jsii.String("Z1"), ZoneName: jsii.String("example.com")})
		build(s, gateway.Props{Domain: &gateway.Domain{Name: "api.example.com", Certificate: certificate, Zone: zone}})
		template := mustSynth(t, s.app)
		api, domain := "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::DomainName"
		if rest {
			api, domain = "AWS::ApiGateway::RestApi", "AWS::ApiGateway::DomainName"
		}
		if template.one(t, api).Properties["DisableExecuteApiEndpoint"] != true {
			t.Error("the default endpoint stays open")
		}
		if d := fmt.Sprint(template.one(t, domain).Properties); !has(d, "TLS_1_2") || !has(d, "api.example.com") || !has(d, "REGIONAL") {
			t.Errorf("domain = %s", d)
		}
		var records []string
		for _, r := range template.ofType("AWS::Route53::RecordSet") {
			records = append(records, fmt.Sprint(r.Properties["Name"], r.Properties["Type"]))
		}
		slices.Sort(records)
		if want := []string{"api.example.com.A", "api.example.com.AAAA"}; !slices.Equal(records, want) {
			t.Errorf("records = %v, want %v", records, want)
		}
	})
}

func TestLogsTakeAKeyARetentionAndAPolicy(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		key := awskms.NewKey(s.stack, jsii.String("Key"), nil)
		build(s, gateway.Props{Logs: &gateway.Logs{Retention: awslogs.RetentionDays_TWO_WEEKS, Key: key, RemovalPolicy: awscdk.RemovalPolicy_DESTROY}})
		template := mustSynth(t, s.app)
		for _, l := range template.ofType("AWS::Logs::LogGroup") {
			if l.Properties["RetentionInDays"] != 14.0 || l.Properties["KmsKeyId"] == nil || l.DeletionPolicy != "Delete" {
				t.Errorf("log group = %v", l)
			}
		}
		if policy := fmt.Sprint(template.one(t, "AWS::KMS::Key").Properties["KeyPolicy"]); !has(policy, "kms:EncryptionContext:aws:logs:arn") {
			t.Errorf("CloudWatch Logs may not use the key: %s", policy)
		}
	})
}

func TestTagsAndPermissionsBoundariesReachEverything(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		build(s, gateway.Props{})
		awscdk.Tags_Of(s.app).Add(jsii.String("team"), jsii.String("orders"), nil)
		awsiam.PermissionsBoundary_Of(s.app).Apply(awsiam.ManagedPolicy_FromManagedPolicyArn(s.stack, jsii.String("Boundary"), jsii.String("arn:aws:iam::123456789012:policy/boundary")))
		template := mustSynth(t, s.app)
		for id, r := range template.Resources {
			if r.Type == "AWS::IAM::Role" && r.Properties["PermissionsBoundary"] != "arn:aws:iam::123456789012:policy/boundary" {
				t.Errorf("role %s has no boundary: %v", id, r.Properties)
			}
			switch r.Type {
			case "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage":
				if !has(fmt.Sprint(r.Properties["Tags"], r.Properties["UserPoolTags"]), "team") {
					t.Errorf("%s %s has no tag", r.Type, id)
				}
			}
		}
	})
}

func TestWhichPropsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name  string
		props gateway.Props
		ids   []string
	}{
		{"too little memory", gateway.Props{Authorizer: &gateway.AuthorizerProps{MemorySize: 64}}, []string{"AuthorizerProps"}},
		{"memory that is known at deploy only", gateway.Props{Authorizer: &gateway.AuthorizerProps{MemorySize: *awscdk.Token_AsNumber("memory")}}, []string{"AuthorizerProps"}},
		{"half a megabyte", gateway.Props{Authorizer: &gateway.AuthorizerProps{MemorySize: 256.5}}, []string{"AuthorizerProps"}},
		{"a timeout that an HTTP API does not wait for", gateway.Props{Authorizer: &gateway.AuthorizerProps{Timeout: awscdk.Duration_Seconds(jsii.Number(11))}}, []string{"AuthorizerProps"}},
		{"no time at all", gateway.Props{Authorizer: &gateway.AuthorizerProps{Timeout: awscdk.Duration_Seconds(jsii.Number(0))}}, []string{"AuthorizerProps"}},
		{"no concurrency", gateway.Props{Authorizer: &gateway.AuthorizerProps{ReservedConcurrency: jsii.Number(0)}}, []string{"AuthorizerProps"}},
		{"subnets without a VPC", gateway.Props{Authorizer: &gateway.AuthorizerProps{Subnets: &awsec2.SubnetSelection{}}}, []string{"AuthorizerProps"}},
		{"a stage's name with a slash", gateway.Props{StageName: "a/b"}, []string{"StageName"}},
		{"a description of two kilobytes", gateway.Props{Description: strings.Repeat("long ", 400)}, []string{"Description"}},
		{"a description in another alphabet that is too long", gateway.Props{Description: strings.Repeat("é", 1025)}, []string{"Description"}},
		{"a description in another alphabet", gateway.Props{Description: strings.Repeat("é", 1024)}, nil},
		{"half a burst", gateway.Props{Throttle: &gateway.Throttle{Rate: 1.5, Burst: 1.5}}, []string{"Throttle"}},
		{"a security group that is nil", gateway.Props{Authorizer: &gateway.AuthorizerProps{SecurityGroups: []awsec2.ISecurityGroup{nil}}}, []string{"AuthorizerProps", "AuthorizerProps"}},
		{"logs with a snapshot", gateway.Props{Logs: &gateway.Logs{RemovalPolicy: awscdk.RemovalPolicy_SNAPSHOT}}, []string{"Logs"}},
		{"logs for an unknown time", gateway.Props{Logs: &gateway.Logs{Retention: "FOREVER"}}, []string{"Logs"}},
		{"a wildcard domain", gateway.Props{Domain: &gateway.Domain{Name: "*.example.com"}}, []string{"Domain"}},
		{"a domain that is a URL", gateway.Props{Domain: &gateway.Domain{Name: "https://api.example.com"}}, []string{"Domain"}},
		{"a domain without a certificate", gateway.Props{Domain: &gateway.Domain{Name: "api.example.com"}}, []string{"Domain"}},
	} {
		onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
			s := newShop(t)
			build(s, c.props)
			_, failure := synth(s.app)
			if ids := problemIDs(failure); !slices.Equal(ids, c.ids) {
				t.Errorf("%s: problems = %v, want %v\n%s", c.name, ids, c.ids, failure)
			}
		})
	}
}

func TestOneEnvironmentInTwoRegionsMayShareTrust(t *testing.T) {
	build := func(environment string) string {
		app := newApp(t)
		orders := access.NewResourceServer("orders", "Orders API")
		read := orders.Scope("read", "See orders")
		for _, region := range []string{"eu-west-1", "us-east-1"} {
			stage := awscdk.NewStage(app, jsii.String("Prod-"+region), &awscdk.StageProps{Env: &awscdk.Environment{Account: jsii.String("123456789012"), Region: jsii.String(region)}})
			stack := awscdk.NewStack(stage, jsii.String("Main"), nil)
			issuer := identity.NewIssuer(stack, "Issuer", &identity.IssuerProps{Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys", Serves: identity.Serves{orders: "https://orders.example.com"}, Algorithms: []string{"RS256"}})
			api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{issuer}, Environment: environment})
			api.Handle("GET /x", access.Require(read), gateway.ToLambda(function(stack, "Fn")))
		}
		_, failure := synth(app)
		return failure
	}
	if ids := problemIDs(build("")); !slices.Equal(ids, []string{"SharedTrust"}) {
		t.Errorf("two stages that share an audience: problems = %v, want SharedTrust", ids)
	}
	if failure := build("prod"); failure != "" {
		t.Errorf("one environment in two regions: %s", failure)
	}
}

func TestWhatIsChangedAfterwardsChangesNothing(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		cors, throttle := &gateway.Cors{AllowOrigins: []string{"https://a.example.com"}}, &gateway.Throttle{Rate: 10, Burst: 5}
		build(s, gateway.Props{Cors: cors, Throttle: throttle})
		cors.AllowOrigins[0], cors.AllowCredentials, throttle.Rate = "https://b.example.com", true, 1
		template := mustSynth(t, s.app)
		if has(template.text, "b.example.com") || !has(template.text, "a.example.com") {
			t.Error("the props of an API were changed after it was made")
		}
	})
}

func TestStagesWhoseAccountIsNotKnownMayBeOne(t *testing.T) {
	app := newApp(t)
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")
	for id, env := range map[string]*awscdk.Environment{"A": nil, "B": {Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1")}} {
		stack := awscdk.NewStack(app, jsii.String(id), &awscdk.StackProps{Env: env})
		issuer := identity.NewIssuer(stack, "Issuer", &identity.IssuerProps{Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys", Serves: identity.Serves{orders: "https://orders.example.com"}, Algorithms: []string{"RS256"}})
		api := gateway.NewHttpApi(stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{issuer}})
		api.Handle("GET /x", access.Require(read), gateway.ToLambda(function(stack, "Fn")))
	}
	if _, failure := synth(app); failure != "" {
		t.Errorf("synth failed: %s", failure)
	}
}

func TestStrangersOfOtherAppsRegionsAndVpcs(t *testing.T) {
	s := newShop(t)
	other := newShop(t)
	api := s.bareApi(&gateway.HttpApiProps{Trusts: []identity.Identity{s.users, other.users}})
	api.Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	_, failure := synth(s.app)
	if ids := problemIDs(failure); !slices.Contains(ids, "OtherApp") {
		t.Errorf("an identity of another app: problems = %v\n%s", ids, failure)
	}

	s = newShop(t)
	s.stack = awscdk.NewStack(s.app, jsii.String("Here"), &awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1")}})
	far := awslambda.Function_FromFunctionAttributes(s.stack, jsii.String("Far"), &awslambda.FunctionAttributes{FunctionArn: jsii.String("arn:aws:lambda:us-east-1:123456789012:function:far")})
	issuer := identity.NewIssuer(s.stack, "Issuer", &identity.IssuerProps{Url: "https://issuer.example.com", KeysUrl: "https://issuer.example.com/keys", Serves: identity.Serves{s.orders: "https://orders.example.com"}, Algorithms: []string{"RS256"}})
	api = gateway.NewHttpApi(s.stack, "Api", &gateway.HttpApiProps{Trusts: []identity.Identity{issuer}})
	api.Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(far))
	_, failure = synth(s.app)
	if ids := problemIDs(failure); !slices.Equal(ids, []string{"OtherRegion"}) {
		t.Errorf("a function of another region: problems = %v\n%s", ids, failure)
	}

	s = newShop(t)
	vpc := awsec2.NewVpc(s.stack, jsii.String("Vpc"), &awsec2.VpcProps{NatGateways: jsii.Number(0), SubnetConfiguration: &[]*awsec2.SubnetConfiguration{{Name: jsii.String("in"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}}})
	api = s.bareApi(&gateway.HttpApiProps{Authorizer: &gateway.AuthorizerProps{Vpc: vpc, SecurityGroups: []awsec2.ISecurityGroup{nil}}})
	api.Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	_, failure = synth(s.app)
	if ids := problemIDs(failure); !slices.Equal(ids, []string{"AuthorizerProps", "AuthorizerProps"}) {
		t.Errorf("a VPC that nothing leads out of: problems = %v\n%s", ids, failure)
	}
}

func TestMetadataCloseNoCircle(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		build(s, gateway.Props{})
		template := mustSynth(t, s.app)
		for id, r := range template.Resources {
			if text := fmt.Sprint(r.Metadata["scopeway"]); has(text, "Ref:") || has(text, "Fn::") {
				t.Errorf("the metadata of %s refer to other resources: %s", id, text)
			}
		}
	})
}

func TestTwoKindsOfApiShareOneIdentity(t *testing.T) {
	s := newShop(t)
	s.api()
	rest := gateway.NewRestApi(s.stack, "Rest", &gateway.RestApiProps{Trusts: []identity.Identity{s.users}})
	rest.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	rest.Handle("POST /orders", access.Require(s.write), gateway.ToLambda(s.fn))
	template := mustSynth(t, s.app)
	environments := map[string]bool{}
	tables := map[any]bool{}
	for _, f := range template.ofType("AWS::Lambda::Function") {
		if f.Properties["Runtime"] == "provided.al2023" {
			environments[fmt.Sprint(f.Properties["Environment"])] = true
		}
	}
	for _, kind := range []string{"AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi"} {
		tables[template.one(t, kind).Metadata["scopeway"].(map[string]any)["table"]] = true
	}
	if len(environments) != 1 || len(tables) != 1 {
		t.Errorf("got %d environments and %d tables, want one for both kinds", len(environments), len(tables))
	}
}

func TestAnApiInANestedStack(t *testing.T) {
	onBothKinds(t, func(t *testing.T, build func(*shop, gateway.Props) gateway.HttpApi, rest bool) {
		s := newShop(t)
		outer := s.stack
		s.stack = awscdk.NewNestedStack(outer, jsii.String("Nested"), nil)
		build(s, gateway.Props{})
		if _, failure := synth(s.app); failure != "" {
			t.Errorf("synth failed: %s", failure)
		}
	})
}
