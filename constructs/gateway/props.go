package gateway

import (
	"math"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/scopeway/scopeway/constructs/identity"
)

// Props configure an API. Trusts is required.
type Props struct {
	// Trusts are the identities whose access tokens the API takes.
	Trusts []identity.Identity
	// Cache is how long API Gateway may reuse the authorizer's answer for one
	// token on one route: 0 to 1 hour, in whole seconds. A token that expires
	// or is denied in the meantime is let through for that long at most.
	// Default (nil): 60 seconds. Zero: every request is evaluated.
	Cache awscdk.Duration
	// Throttle limits all requests together. Default: 1000 requests a second,
	// bursts of 500.
	Throttle *Throttle
	// Architecture is what the authorizer is compiled for. Default: arm64.
	Architecture awslambda.Architecture
	// DisableDefaultEndpoint closes the execute-api endpoint. An API with a
	// custom domain needs it, or the domain's own guards could be got around.
	DisableDefaultEndpoint bool
}

// HttpApiProps configure an [HttpApi].
type HttpApiProps = Props

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

// cacheSeconds returns the life of cached answers. One that is known at deploy
// only is reported as a problem.
func (p Props) cacheSeconds() float64 {
	if p.Cache == nil || *p.Cache.IsUnresolved() {
		return defaultCacheSeconds
	}
	return *p.Cache.ToMilliseconds(nil) / 1000
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

// architecture returns the props' architecture, by default arm64.
func (p Props) architecture() awslambda.Architecture {
	if p.Architecture == nil {
		return awslambda.Architecture_ARM_64()
	}
	return p.Architecture
}
