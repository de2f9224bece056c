package identity

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
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
	declaredProblems(p.serves, scopes, problem)
}

// declaredProblems reports scopes that no resource server declared, and those
// that are named twice.
func declaredProblems(serves Serves, scopes []access.Scope, problem func(id, format string, args ...any)) {
	for i, s := range scopes {
		switch {
		case s == access.Scope{}:
			problem("NoScope", "scope %d is the zero Scope, write one that a resource server declared", i+1)
		case !serves.declares(s):
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

// newClientSecret keeps the credentials of a client that may ask for these
// scopes, and has them renewed.
func (p *userPool) newClientSecret(scope constructs.Construct, client awscognito.CfnUserPoolClient, scopes *[]*string) *clientSecret {
	r := p.rotatorWithRoom(scope)
	words := []string{}
	for _, word := range *scopes {
		words = append(words, *word)
	}
	// Two secrets may be valid at once, so the first rotation comes at once and
	// shows that rotation works.
	return r.keep(scope, settings{ClientId: *client.Ref(), TokenEndpoint: p.tokenUrl, Scope: strings.Join(words, " ")}, true)
}

// rotatorWithRoom returns a rotator that takes one more client.
func (p *userPool) rotatorWithRoom(scope constructs.Construct) *rotator {
	n := len(p.rotators)
	if n > 0 && p.rotators[n-1].hasRoom(scope) {
		return p.rotators[n-1]
	}
	id := "Rotation"
	if n > 0 {
		id += strconv.Itoa(n + 1)
	}
	r := newRotator(p.construct, id, p.rotation, p.site, rotating{Provider: "cognito", TokenUrl: p.tokenUrl, UserPool: *p.id})
	if p.arn != nil {
		r.allow(*p.arn, "cognito-idp:AddUserPoolClientSecret", "cognito-idp:DeleteUserPoolClientSecret", "cognito-idp:DescribeUserPoolClient", "cognito-idp:ListUserPoolClientSecrets")
	}
	p.rotators = append(p.rotators, r)
	return r
}

// alarms returns those of all rotators.
func (p *userPool) alarms() []awscloudwatch.Alarm {
	var all []awscloudwatch.Alarm
	for _, r := range p.rotators {
		all = append(all, r.alarms()...)
	}
	return all
}

var notInClientName = regexp.MustCompile(`[^A-Za-z0-9_ +=,.@-]+`)

// clientName returns a name that Cognito takes: at most 128 characters of a few
// kinds, all of them ASCII. Names need not be unique.
func (p *userPool) clientName(id string) *string {
	name := notInClientName.ReplaceAllString(*p.construct.Node().Id()+"-"+id, "-")
	return jsii.String(name[:min(len(name), 128)])
}
