package gateway

import (
	"math"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/constructs/internal/duration"
)

// Props configure an API of either kind. Trusts is required.
type Props struct {
	// Trusts are the identities whose access tokens the API takes.
	Trusts []identity.Identity
	// Cache is how long API Gateway may reuse the authorizer's answer for one
	// token on one route: 0 to 1 hour, in whole seconds. A token that expires
	// or is denied in the meantime is let through for that long at most.
	// Default (nil): 60 seconds. Zero: every request is evaluated.
	Cache awscdk.Duration
	// CacheByPath files those answers under the path as well as the route. Set it
	// where a function goes by the path itself, as adapters for web frameworks do:
	// an answer for "/orders/17" would else serve "/orders/..%2fadmin" too. It is
	// always so where [ToUrl] leads to a server and a path has a variable.
	CacheByPath bool
	// Throttle limits all requests together. Default: 1000 requests a second,
	// bursts of 500.
	Throttle *Throttle
	// Cors lets pages of other origins call the API from a browser. Default:
	// none may.
	Cors *Cors
	// Domain is a domain of your own. The execute-api endpoint is closed then.
	Domain *Domain
	// DisableDefaultEndpoint closes the execute-api endpoint. An API with a
	// custom domain needs it, or the domain's own guards could be got around.
	DisableDefaultEndpoint bool
	// Description is for people, at most 1024 characters.
	Description string
	// StageName is the name of the only stage. Default: "$default" for HTTP
	// APIs, so that it is not part of the address; "prod" for REST APIs.
	StageName string
	// Authorizer configures the Lambda function that evaluates requests.
	Authorizer *AuthorizerProps
	// Logs configure the audit and the access log.
	Logs *Logs
	// Tracing sends traces of the authorizer, and for REST APIs of the stage,
	// to AWS X-Ray. Default: none are sent.
	Tracing bool
	// Environment names the environment the API is for. Two environments of
	// one app that trust one issuer for one audience would take each other's
	// tokens, which fails the synth; APIs with one name here may share them,
	// as those of one service in two regions do. Default: the awscdk.Stage and
	// the account the API is in.
	Environment string
	// NoCloudWatchRole leaves out the role with which API Gateway writes logs
	// of REST APIs. The role is a setting of the whole account and region: the
	// last stack that sets one wins, and it is kept when the stack goes. Leave
	// it out where another stack owns it. HTTP APIs need none.
	NoCloudWatchRole bool
}

// HttpApiProps configure an [HttpApi].
type HttpApiProps = Props

// RestApiProps configure a [RestApi].
type RestApiProps = Props

// Throttle limits requests of all callers together; what is above gets 429.
type Throttle struct {
	// Rate is the steady number of requests a second.
	Rate float64
	// Burst is how many requests may come at once.
	Burst float64
}

// What the props default to.
const (
	defaultCacheSeconds = 60
	maxCacheSeconds     = 3600
	defaultRate         = 1000
	defaultBurst        = 500
)

// clone returns a copy that nobody else can change: props are read until the app
// is synthesised.
func (p Props) clone() Props {
	p.Trusts = slices.Clone(p.Trusts)
	if p.Throttle != nil {
		throttle := *p.Throttle
		p.Throttle = &throttle
	}
	if p.Cors != nil {
		cors := *p.Cors
		cors.AllowOrigins, cors.AllowHeaders, cors.ExposeHeaders = slices.Clone(cors.AllowOrigins), slices.Clone(cors.AllowHeaders), slices.Clone(cors.ExposeHeaders)
		p.Cors = &cors
	}
	if p.Domain != nil {
		domain := *p.Domain
		p.Domain = &domain
	}
	if p.Logs != nil {
		logs := *p.Logs
		p.Logs = &logs
	}
	if p.Authorizer != nil {
		authorizer := *p.Authorizer
		authorizer.SecurityGroups = slices.Clone(authorizer.SecurityGroups)
		p.Authorizer = &authorizer
	}
	return p
}

// cacheSeconds returns the life of cached answers. One that is known at deploy
// only is reported as a problem.
func (p Props) cacheSeconds() float64 {
	if p.Cache == nil || *p.Cache.IsUnresolved() {
		return defaultCacheSeconds
	}
	return duration.Seconds(p.Cache)
}

// throttle returns the throttle. One that is not usable is reported as a
// problem.
func (p Props) throttle() Throttle {
	if p.Throttle == nil || !p.Throttle.usable() {
		return Throttle{Rate: defaultRate, Burst: defaultBurst}
	}
	return *p.Throttle
}

// usable reports whether both numbers let something through. Numbers that are
// known at deploy only are.
func (t Throttle) usable() bool {
	if t.Burst != math.Trunc(t.Burst) && t.Burst >= 1 {
		return false
	}
	for _, n := range []float64{t.Rate, t.Burst} {
		if n >= 1 && n <= math.MaxInt32 {
			continue
		}
		if math.IsInf(n, 0) || math.IsNaN(n) || !*awscdk.Token_IsUnresolved(n) {
			return false
		}
	}
	return true
}

// closesEndpoint reports whether the execute-api endpoint is closed.
func (p Props) closesEndpoint() bool { return p.DisableDefaultEndpoint || p.Domain != nil }

// stageName returns the name of the stage. One that API Gateway would refuse is
// reported as a problem.
func (p Props) stageName(byDefault string) string {
	if p.StageName == "" || !usableStageName(p.StageName, byDefault) {
		return byDefault
	}
	return p.StageName
}
