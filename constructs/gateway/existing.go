package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
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

func (h *httpApi) importer() string { return "awsapigatewayv2.HttpApi_FromHttpApiAttributes" }

// adopt notes that the API was made elsewhere.
func (c *core) adopt(props *ExistingProps) {
	c.foreign = true
	if props != nil {
		c.otherRoutes = props.OtherRoutes
	}
}
