// Package names holds the names on which the deploy tests, their CDK app and
// their backend agree, beside those of test/internal/deployment.
package names

// The stacks that the demo does not have.
const (
	// Mixed has an API of each kind with the same routes, which trust two
	// identities: a user pool and an issuer outside AWS.
	Mixed = "Mixed"
	// Estate is made with awscdk alone: a user pool, and an API of each kind
	// with an open route.
	Estate = "Estate"
	// Adopted adds routes with rules to the APIs of Estate, and trusts its user
	// pool.
	Adopted = "Adopted"
	// Offline has an HTTP API whose authorizer was shipped with the keys of an
	// issuer that nobody can reach.
	Offline = "Offline"
)

// Outputs.
const (
	UserPoolID  = "UserPoolId"
	PageClient  = "PageClientId"
	RobotSecret = "RobotSecretArn"
	// OldClient is a client of Estate that Adopted trusts, OtherClient one that
	// it does not, and OwnSecret that of a client which Adopted has added.
	OldClient   = "OldClientId"
	OtherClient = "OtherClientId"
	OwnSecret   = "OwnSecretArn"
)

// Context values.
const (
	// Upstream is the URL of the server behind the URL backends.
	Upstream = "upstream"
	// GoBackend is the folder with the compiled backend in Go.
	GoBackend = "goBackend"
	// OfflineIssuer is the iss of the issuer that nobody can reach, OfflineKeys
	// the text of its key set.
	OfflineIssuer = "offlineIssuer"
	OfflineKeys   = "offlineKeys"
)

// The identities that Mixed trusts, and what the second is for.
const (
	Users         = "Users"
	Partner       = "Partner"
	StockAudience = "https://stock.partner.example"
)

// The origins whose pages may call the APIs of Mixed, the second on the HTTP
// API only, and where the first's people come back to after signing in.
const (
	PageOrigin   = "http://localhost:9999"
	SecondOrigin = "https://second.example"
	Callback     = PageOrigin + "/callback"
)

// ForwardsToken is the reason why the HTTP API's server may see the token.
const ForwardsToken = "it is a test's own server"

// Told is what the backend in Go answers: the caller that package caller read,
// or its error.
type Told struct {
	Error      string         `json:"error,omitempty"`
	Subject    string         `json:"subject,omitempty"`
	ClientID   string         `json:"client_id,omitempty"`
	Issuer     string         `json:"issuer,omitempty"`
	Identity   string         `json:"identity,omitempty"`
	Kind       string         `json:"kind,omitempty"`
	Scopes     []string       `json:"scopes,omitempty"`
	Roles      []string       `json:"roles,omitempty"`
	Groups     []string       `json:"groups,omitempty"`
	Claims     map[string]any `json:"claims,omitempty"`
	DecisionID string         `json:"decision_id,omitempty"`
}
