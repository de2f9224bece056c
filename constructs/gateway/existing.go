package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// ExistingProps configure routes on an API that was made elsewhere. Trusts is
// required. What they mean is what the members of one name mean in [Props].
type ExistingProps struct {
	Trusts      []identity.Identity
	Cache       awscdk.Duration
	CacheByPath bool
	Authorizer  *AuthorizerProps
	Logs        *Logs
	Tracing     bool
	Environment string
	// OtherRoutes says why this app may add routes to the API in other ways as
	// well, without a rule: routes that were there before, say, and are moved
	// one by one. Default: such routes fail the synth. At most 256 characters.
	OtherRoutes string
}

func (p *ExistingProps) props() *Props {
	if p == nil {
		return nil
	}
	return &Props{Trusts: p.Trusts, Cache: p.Cache, CacheByPath: p.CacheByPath, Authorizer: p.Authorizer, Logs: p.Logs, Tracing: p.Tracing, Environment: p.Environment}
}

// ExistingHttpApiProps are [ExistingProps] for an HTTP API.
type ExistingHttpApiProps = ExistingProps

// HttpApi_FromExisting adds routes to an HTTP API that another stack or another
// app made, or one that was made without Scopeway:
//
//	awsapigatewayv2.HttpApi_FromHttpApiAttributes(stack, jsii.String("Theirs"), …)
//
// The routes that are declared here are as closed as those of an API of
// Scopeway's: each has a rule, they are evaluated by an authorizer that is made
// here, and the synth fails when one is changed. Nothing can be said of the rest:
// routes that the API has from elsewhere, its stages, throttle, access log, CORS
// configuration, endpoint and domains are its owner's. Routes that this app adds
// to it in another way fail the synth, unless there is a reason
// ([ExistingProps]).
//
// Its stage has to deploy by itself (auto-deploy), or its owner has to deploy it.
func HttpApi_FromExisting(scope constructs.Construct, id string, api awsapigatewayv2.IHttpApi, props *ExistingHttpApiProps) Api {
	h := newHttp()
	h.shape = newCore(h, props.props(), app.Here())
	h.shape.adopt(props)
	constructs.NewConstruct_Override(h, scope, jsii.String(id))
	h.shape.construct = h
	h.api = api
	if api == nil {
		// Reported; one that does not exist keeps the rest of the app going.
		h.shape.noApi = true
		h.api = awsapigatewayv2.HttpApi_FromHttpApiAttributes(h, jsii.String("None"), &awsapigatewayv2.HttpApiAttributes{HttpApiId: jsii.String("none")})
	}
	h.addRest()
	h.shape.register()
	return h
}

// ExistingRestApiProps are [ExistingProps] for a REST API.
type ExistingRestApiProps struct {
	ExistingProps
	// StageName is the stage that is deployed with the new routes. Required: a
	// REST API serves what was last deployed to a stage.
	StageName string
	// Below is the resource of the API that the routes hang on, such as one for
	// "/orders" that exists already. Default: the root. Routes are written with
	// their whole path; a resource that exists and lies between cannot be made
	// again.
	Below awsapigateway.IResource
}

// RestApi_FromExisting adds methods to a REST API that another stack or another
// app made, or one that was made without Scopeway, and deploys them to one of
// its stages:
//
//	awsapigateway.RestApi_FromRestApiAttributes(stack, jsii.String("Theirs"), …)
//
// What can and cannot be said of such an API stands at [HttpApi_FromExisting].
// Whenever the API's owner deploys to that stage as well, what is deployed is
// the whole API as it is then.
func RestApi_FromExisting(scope constructs.Construct, id string, api awsapigateway.IRestApi, props *ExistingRestApiProps) Api {
	if props == nil {
		props = &ExistingRestApiProps{}
	}
	a := newRestApi(props.props(), app.Here())
	a.shape.adopt(&props.ExistingProps)
	constructs.NewConstruct_Override(a, scope, jsii.String(id))
	a.shape.construct = a
	if api == nil {
		// Reported; one that does not exist keeps the rest of the app going.
		a.shape.noApi = true
		api = awsapigateway.RestApi_FromRestApiAttributes(a, jsii.String("None"), &awsapigateway.RestApiAttributes{RestApiId: jsii.String("none"), RootResourceId: jsii.String("none")})
	}
	a.api = api
	a.stage = props.StageName
	a.below, a.belowPath = props.Below, ""
	if a.below == nil {
		a.below = api.Root()
	} else if path := *a.below.Path(); path != "/" {
		a.belowPath = path
	}
	a.resources[max(a.belowPath, "/")] = a.below
	a.deployment = awsapigateway.NewDeployment(a, jsii.String("Deployment"), &awsapigateway.DeploymentProps{
		Api:               api,
		StageName:         optional(props.StageName),
		RetainDeployments: jsii.Bool(true),
	})
	a.addRest()
	a.shape.register()
	return a
}

// adopt notes that the API was made elsewhere.
func (c *core) adopt(props *ExistingProps) {
	c.foreign = true
	if props != nil {
		c.otherRoutes = props.OtherRoutes
	}
}
