package identity

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// WebClientProps configure a [WebClient]. CallbackUrls is required, and Scopes
// where the resource servers have any.
type WebClientProps struct {
	// Scopes are what the client may ask for, each of a resource server that the
	// identity serves; with openid and OpenIdScopes at most 50. Scopes that an
	// override adds to the template are not looked at.
	Scopes []access.Scope
	// CallbackUrls are where people come back to after signing in, compared
	// whole: https, or http on localhost, 127.0.0.1 or [::1] for development.
	// At least one and at most 100, without wildcards, credentials and
	// fragments. Of those on loopback, Amazon Cognito documents localhost only.
	CallbackUrls []string
	// LogoutUrls are where people come back to after signing out, of the same
	// kind. Default: none.
	LogoutUrls []string
	// OpenIdScopes are scopes of OpenID Connect beside openid, which is always
	// there so that sign-in works: profile, email or phone. They open the
	// ID token and userInfo, never a route.
	OpenIdScopes []string
	// IdentityProviders are the names of those that people may sign in with.
	// Default: COGNITO, the user pool's own users. Others have to be made first:
	// client.Node().AddDependency(provider).
	IdentityProviders []string
	// Confidential gives the client a secret, for a program on a server that
	// signs people in. PKCE is for these too.
	Confidential bool
	// OwnBranding leaves the branding of the login pages to you. Default: a
	// client has the one that Cognito provides, where the login pages need one.
	OwnBranding bool
	// AccessTokenLife is how long an access token lasts, 5 minutes to 1 day.
	// Default: 15 minutes.
	AccessTokenLife awscdk.Duration
	// IdTokenLife is how long an ID token lasts, 5 minutes to 1 day. Default:
	// 15 minutes.
	IdTokenLife awscdk.Duration
	// RefreshTokenLife is how long people stay signed in, 1 hour to 3650 days.
	// Default: 1 day, because a browser keeps the refresh token where a script
	// that got in finds it, and Cognito does not bind it to the browser.
	RefreshTokenLife awscdk.Duration
}

// WebClient is a client for a page or a web server that people sign in to with
// the authorization code grant and no other. A public client has no secret and
// has to use PKCE (RFC 7636); Cognito checks the verifier of a code that was
// asked for with a challenge, and does not demand one: every current OAuth
// library sends it.
type WebClient interface {
	constructs.Construct
	// ClientId is the OAuth client id.
	ClientId() *string
	// Secret holds {"client_id": "…", "client_secret": "…"} of a confidential
	// client as JSON, as that of a [MachineClient] does, and is renewed like it. It
	// is nil for a public client.
	Secret() awssecretsmanager.ISecret
	// Settings holds {"client_id": "…", "token_endpoint": "…", "scope": "…"} of a
	// confidential client as JSON; nil for a public one.
	Settings() awsssm.IStringParameter
	// GrantRead lets somebody read the secret and the settings, if there are any.
	GrantRead(grantee awsiam.IGrantable)
}

func (p *userPool) addWebClient(id string, props *WebClientProps) WebClient {
	if props == nil {
		props = &WebClientProps{}
	}
	u := &userClient{
		pool: p, name: id, site: app.Here(), kind: "web client",
		scopes:    slices.Clone(props.Scopes),
		openId:    slices.Clone(props.OpenIdScopes),
		callbacks: slices.Clone(props.CallbackUrls),
		logouts:   slices.Clone(props.LogoutUrls),
		providers: slices.Clone(props.IdentityProviders),
		access:    props.AccessTokenLife,
		idToken:   props.IdTokenLife,
		refresh:   props.RefreshTokenLife,
		usual:     day,
	}
	u.build(props.Confidential, props.OwnBranding)
	return u
}
