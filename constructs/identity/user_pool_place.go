package identity

import (
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/regioninfo"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// unusable stands for the id of a user pool that cannot be written into this
// stack. Synth fails with a problem where it is used.
const unusable = "unusable"

var (
	poolIdPattern = regexp.MustCompile(`^([a-z]{2}(?:-[a-z]+)+-[0-9]+)_[A-Za-z0-9]+$`)
	regionPattern = regexp.MustCompile(`^[a-z]{2}(?:-[a-z]+)+-[0-9]+$`)
)

// usablePool reports whether the user pool can be referred to at all.
func (c *importedCognito) usablePool() bool {
	return c.props.UserPool != nil && (!c.owned() || app.Stage(c.props.UserPool) == app.Stage(c))
}

// owned reports whether this app makes the user pool.
func (c *importedCognito) owned() bool {
	return *awscognito.UserPool_IsOwnedResource(c.props.UserPool)
}

func (c *importedCognito) poolId() string {
	if !c.usablePool() {
		return unusable
	}
	return *c.props.UserPool.UserPoolId()
}

// region returns the user pool's region, maybe a token. An id begins with it,
// whatever stack it was imported to.
func (c *importedCognito) region() string {
	switch {
	case !c.usablePool():
		return unusable
	case c.owned():
	case poolIdPattern.MatchString(c.poolId()):
		return poolIdPattern.FindStringSubmatch(c.poolId())[1]
	case c.props.Region != "":
		return c.props.Region
	}
	return *c.props.UserPool.Env().Region
}

// issuer returns the iss claim of the tokens.
func (c *importedCognito) issuer() string {
	if !c.usablePool() {
		return "https://issuer.invalid"
	}
	if c.owned() {
		return "https://" + *c.props.UserPool.UserPoolProviderName()
	}
	region, suffix := c.region(), *awscdk.Aws_URL_SUFFIX()
	if !trust.Unresolved(region) {
		// The region's own partition, which need not be the stack's.
		if known := regioninfo.RegionInfo_Get(&region).DomainSuffix(); known != nil {
			suffix = *known
		}
	}
	return "https://cognito-idp." + region + "." + suffix + "/" + c.poolId()
}

// elsewhere says where the user pool is if that is out of reach for resources
// of this stack, or "". What is known at deploy only is taken to be here.
func (c *importedCognito) elsewhere() string {
	if !c.usablePool() {
		return "nowhere"
	}
	stack := awscdk.Stack_Of(c)
	if there, here := c.region(), *stack.Region(); differ(there, here) {
		return "region " + there
	}
	if there, here := *c.props.UserPool.Env().Account, *stack.Account(); differ(there, here) {
		return "account " + there
	}
	return ""
}

// differ reports whether two texts differ for sure.
func differ(a, b string) bool {
	return a != b && !trust.Unresolved(a) && !trust.Unresolved(b)
}

// placeProblems reports a user pool that is missing or out of reach.
func (c *importedCognito) placeProblems(problem func(id, format string, args ...any)) {
	pool := c.props.UserPool
	if pool == nil {
		problem("NoUserPool", "it has no user pool, write UserPool: awscognito.UserPool_FromUserPoolArn(stack, jsii.String(\"Theirs\"), jsii.String(\"arn:aws:cognito-idp:…\"))")
		return
	}
	if !c.usablePool() {
		problem("OtherStage", "the user pool is part of another awscdk.Stage, which cannot be referred to, import it by its ARN with awscognito.UserPool_FromUserPoolArn")
		return
	}
	if id := c.poolId(); !c.owned() && !trust.Unresolved(id) && !poolIdPattern.MatchString(id) {
		problem("PoolRegion", "the id of the user pool is not one of Cognito's, got %q, write one such as \"eu-west-1_EXAMPLE\"", id)
	}
	if r := c.props.Region; r != "" && !trust.Unresolved(r) {
		switch {
		case !regionPattern.MatchString(r):
			problem("PoolRegion", "Region is not a region, got %q, write one such as \"eu-west-1\"", r)
		case differ(r, c.region()):
			problem("PoolRegion", "the user pool is in another region than Region says, got %q, write %q or leave it out", r, c.region())
		}
	}
	if arn := *pool.UserPoolArn(); !c.owned() && strings.HasPrefix(arn, "arn:") && c.props.Region == "" {
		if there := strings.SplitN(arn+"::::", ":", 5)[3]; *pool.Env().Region != *awscdk.Stack_Of(c).Region() && differ(there, c.region()) {
			problem("PoolRegion", "the ARN of the user pool names another region than its id, got %q and %q, write its whole ARN as the console shows it", there, c.region())
		}
	}
	where := c.elsewhere()
	if where == "" {
		return
	}
	if !c.props.ServersExist {
		problem("ForeignPool", "the user pool is in %s, where this stack can register no resource server: register them where the user pool is, and write ServersExist: true", where)
	}
	for _, client := range c.shared.clients {
		problem("ForeignPool", "the user pool is in %s, where this stack can add no client: add %q where the user pool is, and write Clients: []string{its id}", where, client.id())
	}
}
