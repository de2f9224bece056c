// Package names holds the names on which the rotation tests and their CDK app
// agree.
package names

// The stacks. Each has a user pool with a rotator of its own.
const (
	// Shop has the clients whose secrets are rotated.
	Shop = "Shop"
	// Other has a client of another user pool, and a secret that is not ours.
	Other = "Other"
)

// Outputs.
const (
	UserPool = "UserPoolId"
	// Rotator is the name of the rotation function, RotatorRole the ARN of its
	// role.
	Rotator     = "Rotator"
	RotatorRole = "RotatorRoleArn"
	// Of each client: the ARN of its secret and the name of its settings.
	BillingSecret   = "BillingSecretArn"
	BillingSettings = "BillingSettings"
	TillSecret      = "TillSecretArn"
	TillSettings    = "TillSettings"
	// LateSecret is that of a client that only the changed stack has.
	LateSecret = "LateSecretArn"
	// JobRole is the ARN of a role that may read what Billing has, IdleRole of
	// one that was granted nothing.
	JobRole  = "JobRoleArn"
	IdleRole = "IdleRoleArn"
	// ClientSecret and ClientSettings are those of the client of Other,
	// PlainSecret is the ARN of a secret that is not of a client.
	ClientSecret   = "ClientSecretArn"
	ClientSettings = "ClientSettings"
	PlainSecret    = "PlainSecretArn"
)

// Context values.
const (
	// TokenEndpoint is the base URL of the token endpoint.
	TokenEndpoint = "tokenEndpoint"
	// Changed is the folder for the assembly of the changed app.
	Changed = "changed"
)
