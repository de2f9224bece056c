package nag

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsec2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// everything is an app with every option: a stack with an API of each kind, and
// one with routes on APIs of others.
func everything(app awscdk.App) {
	w := newWorld()
	w.http(app)
	w.rest(app)
	w.existing(app)
}

// world is what the stacks declare in common.
type world struct {
	orders             *access.ResourceServer
	read, write, admin access.Scope
}

func newWorld() *world {
	w := &world{orders: access.NewResourceServer("orders", "Orders API")}
	w.read, w.write, w.admin = w.orders.Scope("read", "See orders"), w.orders.Scope("write", "Place orders"), w.orders.Scope("admin", "Run the shop")
	return w
}

// http is a stack with an HTTP API.
func (w *world) http(app awscdk.App) {
	h := newHome(app, "Http")
	users := identity.NewCognito(h.stack, "Users", &identity.CognitoProps{
		Serves:        identity.Serve(w.orders),
		CustomDomain:  &awscognito.CustomDomainOptions{DomainName: jsii.String("login.example.com"), Certificate: h.certificate},
		SelfSignUp:    true,
		SignInAliases: &awscognito.SignInAliases{Email: jsii.Bool(true)},
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength: jsii.Number(16), PasswordHistorySize: jsii.Number(5), TempPasswordValidity: awscdk.Duration_Days(jsii.Number(2)),
		},
		Mfa:                awscognito.Mfa_REQUIRED,
		MfaSecondFactor:    &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)},
		FeaturePlan:        awscognito.FeaturePlan_PLUS,
		ThreatProtection:   awscognito.StandardThreatProtectionMode_FULL_FUNCTION,
		DeletionProtection: true,
		RemovalPolicy:      awscdk.RemovalPolicy_DESTROY,
	})
	users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{w.read}, AccessTokenLife: awscdk.Duration_Minutes(jsii.Number(5))})
	users.AddWebClient("Page", &identity.WebClientProps{
		Scopes:       []access.Scope{w.read, w.write},
		CallbackUrls: []string{"https://shop.example.com/callback", "http://localhost:8080/"},
		LogoutUrls:   []string{"https://shop.example.com/"},
		OpenIdScopes: []string{"profile", "email"},
		Confidential: true,
	})
	users.AddNativeClient("Phone", &identity.NativeClientProps{Scopes: []access.Scope{w.read}, CallbackUrls: []string{"com.example.shop:/callback"}})
	partner := w.issuer(h)

	props := h.props(users, partner)
	props.Cors = &gateway.Cors{
		AllowOrigins: []string{"https://shop.example.com", "http://localhost:8080"}, AllowHeaders: []string{"Authorization", "X-Request-Id"},
		ExposeHeaders: []string{"X-Request-Id"}, MaxAge: awscdk.Duration_Hours(jsii.Number(1)), AllowCredentials: true,
	}
	api := gateway.NewHttpApi(h.stack, "Api", props)
	w.routes(api, h.function)
	link := awsapigatewayv2.NewVpcLink(h.stack, jsii.String("Link"), &awsapigatewayv2.VpcLinkProps{Vpc: h.vpc, SecurityGroups: &[]interfacesawsec2.ISecurityGroupRef{h.group}})
	reason := "the server is ours, and keeps no tokens"
	api.Handle("GET /stock/{path+}", access.Require(w.read), gateway.ToUrl("https://stock.example.com/v1", &gateway.UrlProps{ForwardsToken: reason, Timeout: awscdk.Duration_Seconds(jsii.Number(10))}))
	api.Handle("GET /hours", access.Public("they hang on the door"), gateway.ToUrl("https://hours.example.com", nil))
	api.Handle("PUT /stock", access.Require(w.write), gateway.ToUrl("https://stock.internal", &gateway.UrlProps{
		ForwardsToken: reason, VpcLink: &gateway.VpcLink{Http: link, Target: jsii.String(listenerArn)},
	}))
	api.Handle("GET /export", access.Require(w.admin), gateway.ToHttpIntegration(awsapigatewayv2integrations.NewHttpUrlIntegration(jsii.String("Export"), jsii.String("https://export.example.com"), nil)))
}

// rest is a stack with a REST API of every option, and one of none.
func (w *world) rest(app awscdk.App) {
	h := newHome(app, "Rest")
	users := identity.NewCognito(h.stack, "Users", &identity.CognitoProps{Serves: identity.Serve(w.orders), DomainPrefix: "scopeway-shop"})
	users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{w.read, w.admin}})
	partner := w.issuer(h)

	props := h.props(users, partner)
	props.Cors = &gateway.Cors{AllowOrigins: []string{"https://shop.example.com"}}
	api := gateway.NewRestApi(h.stack, "Api", props)
	w.routes(api, h.function)
	balancer := awselasticloadbalancingv2.NetworkLoadBalancer_FromNetworkLoadBalancerAttributes(h.stack, jsii.String("Balancer"), &awselasticloadbalancingv2.NetworkLoadBalancerAttributes{
		LoadBalancerArn: jsii.String(balancerArn),
	})
	link := awsapigateway.NewVpcLink(h.stack, jsii.String("Link"), &awsapigateway.VpcLinkProps{Targets: &[]awselasticloadbalancingv2.INetworkLoadBalancer{balancer}})
	api.Handle("GET /stock/{path+}", access.Require(w.read), gateway.ToUrl("https://stock.example.com/v1", &gateway.UrlProps{Timeout: awscdk.Duration_Seconds(jsii.Number(10))}))
	api.Handle("GET /hours", access.Public("they hang on the door"), gateway.ToUrl("https://hours.example.com", nil))
	api.Handle("PUT /stock", access.Require(w.write), gateway.ToUrl("http://stock.internal", &gateway.UrlProps{ForwardsToken: "it calls on", VpcLink: &gateway.VpcLink{Rest: link}}))
	api.Handle("GET /export", access.Require(w.admin), gateway.ToRestIntegration(awsapigateway.NewHttpIntegration(jsii.String("https://export.example.com"), nil)))

	plain := gateway.NewRestApi(h.stack, "Plain", &gateway.RestApiProps{Trusts: []identity.Identity{users}, NoCloudWatchRole: true, DisableDefaultEndpoint: true})
	plain.Handle("OPTIONS /orders", access.Public("it says what there is"), gateway.ToLambda(h.function))
	plain.Handle("GET /orders", access.Require(w.read), gateway.ToLambda(h.function))
	explain(api.Api().DeploymentStage(), "AwsSolutions-APIG3", "this app only shows options; a web ACL is none of Scopeway's")
	explain(plain.Api().DeploymentStage(), "AwsSolutions-APIG3", "this app only shows options; a web ACL is none of Scopeway's")
}

// existing is a stack with routes on the APIs of others, for the users of
// others.
func (w *world) existing(app awscdk.App) {
	h := newHome(app, "Existing")
	users := identity.CognitoFromUserPool(h.stack, "Users", &identity.CognitoFromUserPoolProps{
		UserPool:            awscognito.UserPool_FromUserPoolId(h.stack, jsii.String("Pool"), jsii.String("us-east-1_Shop12345")),
		Serves:              identity.Serve(w.orders),
		Clients:             []string{"1h57kf5cpq17m0eml12EXAMPLE"},
		DomainUrl:           "https://login.example.com",
		ManagedLoginVersion: awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN,
	})
	users.AddMachineClient("Billing", &identity.MachineClientProps{Scopes: []access.Scope{w.read}})
	users.AddWebClient("Page", &identity.WebClientProps{Scopes: []access.Scope{w.read}, CallbackUrls: []string{"https://shop.example.com/callback"}})

	existing := gateway.ExistingProps{Trusts: []identity.Identity{users}, Tracing: true, Logs: &gateway.Logs{Key: h.key}, OtherRoutes: "the old routes are moved one by one"}
	theirs := awsapigatewayv2.HttpApi_FromHttpApiAttributes(h.stack, jsii.String("TheirHttp"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: jsii.String("abcdefghij")})
	w.few(gateway.HttpApi_FromExisting(h.stack, "Http", theirs, &existing), h.function)
	old := awsapigateway.RestApi_FromRestApiAttributes(h.stack, jsii.String("TheirRest"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("klmnopqrst"), RootResourceId: jsii.String("root123456")})
	w.few(gateway.RestApi_FromExisting(h.stack, "Rest", old, &gateway.ExistingRestApiProps{ExistingProps: existing, StageName: "live"}), h.function)
}

// routes declares rules of every kind.
func (w *world) routes(api gateway.Api, fn awslambda.IFunction) {
	backend := gateway.ToLambda(fn)
	w.few(api, fn)
	api.Handle("GET /mine", access.All(access.Require(w.read), access.Person()), backend)
	api.Handle("POST /orders", access.RequireAnyOf(w.write, w.admin), backend)
	api.Handle("GET /reports", access.All(access.Require(w.admin), access.Any(access.Role("manager").From("Partner"), access.MemberOf("staff").From("Users"))), backend)
	api.Handle("GET /regions", access.All(access.Require(w.read), access.Claim("region", "north", "south").From("Partner")), backend)
	admins := api.Group("/admin", access.Require(w.admin))
	admins.Handle("DELETE /orders/{id}", backend)
}

// few declares a public route and one that is not.
func (w *world) few(api gateway.Api, fn awslambda.IFunction) {
	api.Handle("GET /menu", access.Public("the menu hangs on the door"), gateway.ToLambda(fn))
	api.Handle("GET /orders/{id}", access.Require(w.read), gateway.ToLambda(fn))
}

// issuer is an identity that is not Amazon Cognito's.
func (w *world) issuer(h *home) identity.Identity {
	return identity.NewIssuer(h.stack, "Partner", &identity.IssuerProps{
		Url: "https://login.partner.example", KeysUrl: "https://login.partner.example/keys",
		Serves: identity.Serves{w.orders: "https://orders.example.com"}, Algorithms: []string{"RS256", "EdDSA"}, RolesClaim: []string{"realm_access", "roles"},
	})
}

// props are all options that both kinds of API have.
func (h *home) props(trusts ...identity.Identity) *gateway.Props {
	return &gateway.Props{
		Trusts:      trusts,
		Cache:       awscdk.Duration_Minutes(jsii.Number(5)),
		Throttle:    &gateway.Throttle{Rate: 50, Burst: 20},
		Domain:      &gateway.Domain{Name: "api.example.com", Certificate: h.certificate, Zone: h.zone},
		Description: "Orders of the shop",
		StageName:   "live",
		Authorizer: &gateway.AuthorizerProps{
			Architecture: awslambda.Architecture_X86_64(), MemorySize: 512, Timeout: awscdk.Duration_Seconds(jsii.Number(8)),
			ReservedConcurrency: jsii.Number(20), Vpc: h.vpc, Subnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS},
			SecurityGroups: []awsec2.ISecurityGroup{h.group},
		},
		Logs:        &gateway.Logs{Retention: awslogs.RetentionDays_THREE_MONTHS, Key: h.key, RemovalPolicy: awscdk.RemovalPolicy_DESTROY},
		Tracing:     true,
		Environment: "live",
	}
}
