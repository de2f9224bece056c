package identity

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// NativeClientProps configure a [NativeClient]. CallbackUrls is required, and
// Scopes where the resource servers have any.
type NativeClientProps struct {
	// Scopes are what the client may ask for, each of a resource server that the
	// identity serves; with openid and OpenIdScopes at most 50. Scopes that an
	// override adds to the template are not looked at.
	Scopes []access.Scope
	// CallbackUrls are where people come back to after signing in, compared
	// whole (RFC 8252, section 7): an https URL that the app has claimed, which
	// no other app can take; a scheme of the app's own, which is a domain name of
	// yours in reverse order, as in "com.example.app:/callback"; or http on
	// localhost, 127.0.0.1 or [::1] with the port that the app listens on. At
	// least one and at most 100. Of those on loopback, Amazon Cognito documents
	// localhost only.
	CallbackUrls []string
	// LogoutUrls are where people come back to after signing out, of the same
	// kinds. Default: none.
	LogoutUrls []string
	// OpenIdScopes are scopes of OpenID Connect beside openid, which is always
	// there so that sign-in works: profile, email or phone.
	OpenIdScopes []string
	// IdentityProviders are the names of those that people may sign in with.
	// Default: COGNITO, the user pool's own users. Others have to be made first:
	// client.Node().AddDependency(provider).
	IdentityProviders []string
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
	// Default: 30 days; a phone's key store keeps the refresh token.
	RefreshTokenLife awscdk.Duration
}

// NativeClient is a client for an app on a phone or a desktop that people sign
// in to with the authorization code grant and PKCE in the system's browser
// (RFC 8252). It is a public client: a secret in an app is none.
type NativeClient interface {
	constructs.Construct
	// ClientId is the OAuth client id.
	ClientId() *string
}

func (p *userPool) addNativeClient(id string, props *NativeClientProps) NativeClient {
	if props == nil {
		props = &NativeClientProps{}
	}
	u := &userClient{
		pool: p, name: id, site: app.Here(), kind: "native client", native: true,
		scopes:    slices.Clone(props.Scopes),
		openId:    slices.Clone(props.OpenIdScopes),
		callbacks: slices.Clone(props.CallbackUrls),
		logouts:   slices.Clone(props.LogoutUrls),
		providers: slices.Clone(props.IdentityProviders),
		access:    props.AccessTokenLife,
		idToken:   props.IdTokenLife,
		refresh:   props.RefreshTokenLife,
		usual:     30 * day,
	}
	u.build(false, props.OwnBranding)
	return u
}
