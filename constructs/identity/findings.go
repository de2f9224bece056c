package identity

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/constructs/internal/nag"
)

// What cdk-nag finds in the resources of an identity and Scopeway decided.

// nobodySignsIn is the reason of a user pool that only machines use.
const nobodySignsIn = "nobody signs in to this user pool: all of its clients are machines"

// explainPool says why a second factor and the watch over sign-ins do not
// matter, as long as they do not: a client made elsewhere or one for people
// brings both back, for the app to decide.
func (c *cognito) explainPool() {
	if len(c.props.Clients) > 0 || c.props.AnyClient || c.props.SelfSignUp {
		return
	}
	c.shared.machines = c.pool.Node().DefaultChild().(awscdk.CfnResource)
	nag.Suppress(c.shared.machines, "AwsSolutions-COG2", nobodySignsIn)
	nag.Suppress(c.shared.machines, "AwsSolutions-COG8", nobodySignsIn)
}

// peopleSignIn notes that people use the pool.
func (p *userPool) peopleSignIn() {
	if p.machines != nil {
		nag.Withdraw(p.machines, nobodySignsIn)
		p.machines = nil
	}
}
