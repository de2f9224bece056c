package identity

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/duration"
)

// maxScopesPerClient is a quota of Amazon Cognito, as are the lives below.
const maxScopesPerClient = 50

// In seconds.
const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// lifespan is how long one kind of a client's tokens may last, in seconds.
type lifespan struct {
	of                string // what lasts
	shortest, longest float64
	told              string // the range for people
	usual             float64
}

func accessTokens(usual float64) lifespan {
	return lifespan{"access tokens", 5 * minute, day, "5 minutes to 1 day", usual}
}

func idTokens(usual float64) lifespan {
	return lifespan{"ID tokens", 5 * minute, day, "5 minutes to 1 day", usual}
}

func refreshTokens(usual float64) lifespan {
	return lifespan{"refresh tokens", hour, 3650 * day, "1 hour to 3650 days", usual}
}

// seconds returns what was asked for, or the usual. A life that is not usable
// is reported by problems.
func (l lifespan) seconds(life awscdk.Duration) float64 {
	if life != nil {
		if s := duration.Seconds(life); duration.Whole(s, 0, math.MaxFloat64) {
			return s
		}
	}
	return l.usual
}

// wrong says what is wrong with a life, or "".
func (l lifespan) wrong(life awscdk.Duration) string {
	if life == nil || duration.Whole(duration.Seconds(life), l.shortest, l.longest) {
		return ""
	}
	return fmt.Sprintf("the life of its %s is out of range, got %s, write whole seconds from %s", l.of, duration.Spoken(life), l.told)
}

// scopeProblems reports what is wrong with the scopes that a client may ask
// for, of which there may be so many more that are not ours.
func (p *userPool) scopeProblems(scopes []access.Scope, others int, problem func(id, format string, args ...any)) {
	if n := len(scopes) + others; n > maxScopesPerClient {
		problem("TooManyScopes", "it may ask for too many scopes, got %d, at most %d: use two clients", n, maxScopesPerClient)
	}
	for i, s := range scopes {
		switch {
		case s == access.Scope{}:
			problem("NoScope", "scope %d is the zero Scope, write one that a resource server declared", i+1)
		case !p.serves.declares(s):
			problem("UnknownScope", "the identity does not serve scope %q, add its resource server to Serves or take the scope away", s)
		case slices.Contains(scopes[:i], s):
			problem("RepeatedScope", "it names %q twice, write it once", s)
		}
	}
}

// spelled returns the scopes as Cognito spells them.
func (p *userPool) spelled(scopes []access.Scope) *[]*string {
	texts := []*string{}
	for _, s := range scopes {
		texts = append(texts, jsii.String(p.spell(s)))
	}
	return &texts
}

// newClientSecret keeps a client's credentials. The text names attributes only,
// so that the values stay out of the template, and never changes: a change
// would write the first secret again.
func newClientSecret(scope constructs.Construct, client awscognito.CfnUserPoolClient) awssecretsmanager.Secret {
	secret := awssecretsmanager.NewSecret(scope, jsii.String("Secret"), &awssecretsmanager.SecretProps{
		Description: jsii.String("OAuth client credentials of " + *scope.Node().Path()),
		SecretObjectValue: &map[string]awscdk.SecretValue{
			"client_id":     awscdk.SecretValue_ResourceAttribute(client.Ref()),
			"client_secret": awscdk.SecretValue_ResourceAttribute(client.AttrClientSecret()),
		},
	})
	explainSecret(secret)
	return secret
}

var notInClientName = regexp.MustCompile(`[^A-Za-z0-9_ +=,.@-]+`)

// clientName returns a name that Cognito takes: at most 128 characters of a few
// kinds, all of them ASCII. Names need not be unique.
func (p *userPool) clientName(id string) *string {
	name := notInClientName.ReplaceAllString(*p.construct.Node().Id()+"-"+id, "-")
	return jsii.String(name[:min(len(name), 128)])
}
