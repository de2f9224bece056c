// Package deployment deploys a CDK app to the local cloud, for the demo and for
// the deploy tests, and holds the names on which they and the stacks agree.
package deployment

// The stacks of the demo.
const (
	// Quickstart is the shop of examples/quickstart, whose callers get their
	// tokens from Cognito.
	Quickstart = "Quickstart"
	// Rest is a REST API with the routes and rules of the quick start, which
	// trusts the same user pool.
	Rest = "Rest"
	// Partner is an API of each kind that trusts an OAuth issuer outside AWS,
	// and beside them a second user pool that no API trusts.
	Partner = "Partner"
)

// Outputs of the stacks.
const (
	// APIID is the id of the stack's API, of the HTTP API where there are two.
	APIID = "ApiId"
	// AuditLog is the name of the log group of its audit lines.
	AuditLog = "AuditLog"
	// RestAPIID and RestAuditLog are those of the REST API where there are two.
	RestAPIID    = "RestApiId"
	RestAuditLog = "RestAuditLog"

	// BillingSecret, TillSecret and OfficeSecret are the ARNs of the secrets
	// of the quick start's clients. Billing may have the scope orders/read,
	// the till orders/read and orders/write, the office orders/admin.
	BillingSecret = "BillingSecretArn"
	TillSecret    = "TillSecretArn"
	OfficeSecret  = "OfficeSecretArn"

	// StrangerSecret is the ARN of the secret of the client of the second
	// user pool, in the partner's stack. It may have orders/read there.
	StrangerSecret = "StrangerSecretArn"
)

// Context values that the app is given.
const (
	// KeysURL is where the local cloud has the keys of a user pool, with
	// {userPoolId} for its id.
	KeysURL = "keysUrl"
	// Issuer is the partner's issuer, IssuerKeys the URL of its key set.
	Issuer     = "issuer"
	IssuerKeys = "issuerKeys"
	// Architecture is x86_64 or arm64: the local cloud runs functions on this
	// machine.
	Architecture = "architecture"
)

// RestStage is the stage of every REST API.
const RestStage = "prod"

// PartnerAudience is the audience of the orders API in the partner's tokens.
const PartnerAudience = "https://orders.partner.example"
