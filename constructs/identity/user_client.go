package identity

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/duration"
)

// openId are the scopes of OpenID Connect that a client may have beside openid
// (OpenID Connect Core, section 5.4). Cognito's own aws.cognito.signin.user.admin
// lets who holds a token change the account, and is not among them.
var openId = []string{"profile", "email", "phone"}

// userClient is a client that people sign in to, with the authorization code
// grant and no other: no implicit grant, no password that the app sees.
type userClient struct {
	constructs.Construct
	pool      *userPool
	name      string
	site      access.Site
	kind      string // for messages
	native    bool
	scopes    []access.Scope
	openId    []string
	callbacks []string
	logouts   []string
	providers []string
	access    awscdk.Duration
	idToken   awscdk.Duration
	refresh   awscdk.Duration
	usual     float64 // life of refresh tokens in seconds
	client    awscognito.CfnUserPoolClient
	secret    *clientSecret
}

// build makes the client's resources.
func (u *userClient) build(confidential, ownBranding bool) {
	p := u.pool
	constructs.NewConstruct_Override(u, p.scope, jsii.String(u.name))
	if len(u.providers) == 0 {
		u.providers = []string{"COGNITO"}
	}
	scopes := append(*jsii.Strings(append([]string{"openid"}, u.openId...)...), *p.spelled(u.scopes)...)
	props := &awscognito.CfnUserPoolClientProps{
		UserPoolId:                      p.id,
		ClientName:                      p.clientName(u.name),
		GenerateSecret:                  confidential,
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows:               jsii.Strings("code"),
		AllowedOAuthScopes:              &scopes,
		CallbackUrLs:                    jsii.Strings(u.callbacks...),
		SupportedIdentityProviders:      jsii.Strings(u.providers...),
		// Cognito demands this one where any is named, and where none is it
		// allows sign-in without the login pages.
		ExplicitAuthFlows:          jsii.Strings("ALLOW_REFRESH_TOKEN_AUTH"),
		EnableTokenRevocation:      true,
		PreventUserExistenceErrors: jsii.String("ENABLED"),
		AccessTokenValidity:        jsii.Number(accessTokens(15 * minute).seconds(u.access)),
		IdTokenValidity:            jsii.Number(idTokens(15 * minute).seconds(u.idToken)),
		RefreshTokenValidity:       jsii.Number(refreshTokens(u.usual).seconds(u.refresh)),
		TokenValidityUnits: &awscognito.CfnUserPoolClient_TokenValidityUnitsProperty{
			AccessToken: jsii.String("seconds"), IdToken: jsii.String("seconds"), RefreshToken: jsii.String("seconds"),
		},
	}
	if len(u.logouts) > 0 {
		props.LogoutUrLs = jsii.Strings(u.logouts...)
	}
	u.client = awscognito.NewCfnUserPoolClient(u, jsii.String("Client"), props)
	p.add(u, u.client, u.scopes)
	p.peopleSignIn()
	if confidential {
		u.secret = p.newClientSecret(u, u.client, &scopes)
	}
	// Managed login shows a client no page before it has a branding.
	if p.branded && !ownBranding {
		awscognito.NewCfnManagedLoginBranding(u, jsii.String("Branding"), &awscognito.CfnManagedLoginBrandingProps{
			UserPoolId:               p.id,
			ClientId:                 u.client.Ref(),
			UseCognitoProvidedValues: true,
		})
	}
}

func (u *userClient) id() string        { return u.name }
func (u *userClient) ClientId() *string { return u.client.Ref() }

func (u *userClient) Secret() awssecretsmanager.ISecret {
	if u.secret == nil {
		return nil
	}
	return u.secret.secret
}

func (u *userClient) Settings() awsssm.IStringParameter {
	if u.secret == nil {
		return nil
	}
	return u.secret.settings
}

func (u *userClient) GrantRead(grantee awsiam.IGrantable) {
	if u.secret != nil {
		u.secret.grantRead(grantee)
	}
}

func (u *userClient) problems() access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: app.Subject(u.kind, u), Text: fmt.Sprintf(format, args...), Site: u.site})
	}
	if len(u.scopes) == 0 && u.pool.offersScopes() {
		problem("ClientWithoutScopes", "it may ask for no scope of the resource servers, write Scopes: []access.Scope{Read}")
	}
	u.pool.scopeProblems(u.scopes, 1+len(u.openId), problem)
	for n, name := range u.openId {
		if !slices.Contains(openId, name) {
			problem("OpenIdScope", "a scope of OpenID Connect is not usable, got %q, write profile, email or phone; openid is always there", name)
		} else if slices.Contains(u.openId[:n], name) {
			problem("OpenIdScope", "it names %q twice, write it once", name)
		}
	}
	for n, name := range u.providers {
		if name == "" {
			problem("IdentityProvider", "an identity provider has no name, write the name it has in the user pool, or COGNITO for the pool's own users")
		} else if slices.Contains(u.providers[:n], name) {
			problem("IdentityProvider", "it names the identity provider %q twice, write it once", name)
		}
	}
	if len(u.callbacks) == 0 {
		problem("CallbackUrl", "people could not come back after signing in, write CallbackUrls: []string{\"https://app.example.com/callback\"}")
	}
	if u.secret != nil {
		u.secret.grantProblems(problem)
	}
	for _, wrong := range u.wrongUrls("callback", u.callbacks) {
		problem("CallbackUrl", "%s", wrong)
	}
	for _, wrong := range u.wrongUrls("logout", u.logouts) {
		problem("LogoutUrl", "%s", wrong)
	}
	if wrong := u.wrongLife(accessTokens(15*minute), u.access); wrong != "" {
		problem("AccessTokenLife", "%s", wrong)
	}
	if wrong := u.wrongLife(idTokens(15*minute), u.idToken); wrong != "" {
		problem("IdTokenLife", "%s", wrong)
	}
	if wrong := refreshTokens(u.usual).wrong(u.refresh); wrong != "" {
		problem("RefreshTokenLife", "%s", wrong)
	}
	return ps
}

// wrongLife says what is wrong with the life of tokens that are refreshed, or "".
func (u *userClient) wrongLife(span lifespan, life awscdk.Duration) string {
	if wrong := span.wrong(life); wrong != "" {
		return wrong
	}
	refresh := refreshTokens(u.usual)
	if refresh.wrong(u.refresh) == "" && span.seconds(life) > refresh.seconds(u.refresh) {
		return fmt.Sprintf("its %s outlast its refresh tokens, got %s, write a shorter life", span.of, duration.Spoken(life))
	}
	return ""
}

// wrongUrls says what is wrong with the URLs that people come back to.
func (u *userClient) wrongUrls(what string, urls []string) []string {
	var all []string
	if n := len(urls); n > maxRedirects {
		all = append(all, fmt.Sprintf("it has too many %s URLs, got %d, at most %d", what, n, maxRedirects))
	}
	for n, text := range urls {
		if wrong := redirectProblem(text, u.native); wrong != "" {
			all = append(all, fmt.Sprintf("%s URL %d is %s", what, n+1, wrong))
		} else if slices.Contains(urls[:n], text) {
			all = append(all, fmt.Sprintf("it names %s URL %d twice, write it once", what, n+1))
		}
	}
	return all
}
