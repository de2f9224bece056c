package calls

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// StartIssuer starts the OAuth issuer that the partner's APIs trust. The
// caller must close it.
func StartIssuer() (*issuertest.Issuer, error) {
	return issuertest.Start(issuertest.Config{Audience: deployment.PartnerAudience})
}

// addPartner makes a client of the partner's issuer.
func (w *World) addPartner() {
	w.partners = localcloud.Client{ID: "partner", Secret: rand.Text()}
	w.secrets = append(w.secrets, w.partners.Secret)
	w.issuer.AddClient(w.partners.ID, w.partners.Secret, "read")
}

// partnerCases are the calls to the partner's APIs: what Cognito does not issue,
// and what an issuer outside AWS spells its own way.
func (w *World) partnerCases() []Case {
	partner := w.partners
	good := w.partnerToken(partner, "read")
	claims := issuertest.Claims{"client_id": partner.ID, "scope": "read"}
	minted := func(token func() string) credentials {
		return func(context.Context) (string, error) { return w.bearer(token()), nil }
	}
	get := func(name, caller string, authorization credentials, reason access.Reason) call {
		c := call{name: name, method: "GET", path: "/orders/7", caller: caller, authorization: authorization,
			route: getOrder, reason: reason}
		if reason == access.Allowed {
			c.clientID = partner.ID
		}
		return c
	}
	var cases []Case
	for _, c := range []call{
		get("partner: the right scope is let through", "Partner, read", good, access.Allowed),
		{name: "partner: too little scope is refused", method: "POST", path: "/orders", caller: "Partner, read", authorization: good,
			route: placeOrder, reason: access.ScopeMissing},
		get("partner: a scope spelled in full is let through", "Partner, "+read,
			minted(func() string { return w.issuer.Token(issuertest.Claims{"client_id": partner.ID, "scope": read}) }), access.Allowed),
		get("partner: a scope of another server is refused", "Partner, menu/read",
			minted(func() string { return w.issuer.Token(issuertest.Claims{"client_id": partner.ID, "scope": "menu/read"}) }), access.ScopeMissing),
		get("partner: an ID token is refused", "Partner, ID token",
			minted(func() string { return w.issuer.IDToken(claims) }), access.TypeRefused),
		get("partner: an expired token is refused", "Partner, expired",
			minted(func() string { return w.issuer.Expired(claims) }), access.TokenExpired),
		get("partner: a token that is not yet valid is refused", "Partner, not yet valid",
			minted(func() string { return w.issuer.NotYetValid(claims) }), access.TokenNotYetValid),
		get("partner: a token for somebody else is refused", "Partner, wrong audience",
			minted(func() string { return w.issuer.WrongAudience(claims) }), access.AudienceRefused),
		get("partner: an algorithm that was not agreed on is refused", "Partner, another algorithm",
			minted(func() string { return w.issuer.Sign(issuertest.Token{Claims: claims, Algorithm: "PS256"}) }), access.AlgorithmRefused),
		get("partner: a token of Cognito is refused", "Billing, "+read, w.token(w.billing, read), access.IssuerUnknown),
		get("partner: new keys of the issuer are found", "Partner, after new keys",
			minted(func() string { w.issuer.Rotate(); return w.issuer.Token(claims) }), access.Allowed),
		get("partner: a key that the issuer never published is refused", "Partner, stranger's key",
			minted(func() string { return w.issuer.UnknownKey(claims) }), access.KeyUnknown),
		get("partner: a stranger's key under a known name is refused", "Partner, key's name stolen",
			minted(func() string {
				return w.issuer.Sign(issuertest.Token{Claims: claims, UnknownKey: true, Header: issuertest.Header{"kid": w.issuer.KeyID()}})
			}), access.SignatureInvalid),
	} {
		c.to = w.partner
		cases = append(cases, w.toCase(c))
	}
	toQuickstart := get("the quick start refuses the partner's tokens", "Partner, at the quick start", good, access.IssuerUnknown)
	toQuickstart.to = w.shop
	return append(cases, w.toCase(toQuickstart), w.partnerRefusedScope(partner))
}

// partnerToken are credentials from the partner's token endpoint, always the
// same.
func (w *World) partnerToken(client localcloud.Client, scopes ...string) credentials {
	return w.remember(func(ctx context.Context) (string, error) {
		return w.cloud.Token(ctx, w.issuer.TokenURL(), client, scopes...)
	})
}

// partnerRefusedScope asks the partner for a scope that the client may not
// have.
func (w *World) partnerRefusedScope(client localcloud.Client) Case {
	return Case{
		Name:     "the partner's token endpoint refuses a scope that the client may not have",
		Request:  "POST /token",
		Caller:   "Partner, wants write",
		Expected: refused,
		run: func(ctx context.Context) (Answers, error) {
			_, err := w.cloud.Token(ctx, w.issuer.TokenURL(), client, "write")
			return tokenOutcome(err, "invalid_scope")
		},
	}
}

// refused is the outcome of a token that was not issued.
var refused = issued("token refused")

// issued puts into words what became of a token that was asked for.
func issued(reason string) Answers { return Answers{HTTP: none, REST: none, Reason: reason} }

// tokenOutcome is what a token endpoint answered that had to refuse with one of
// the codes.
func tokenOutcome(err error, codes ...string) (Answers, error) {
	if err == nil {
		return issued("a token"), nil
	}
	refusal := new(localcloud.TokenRefused)
	if !errors.As(err, &refusal) {
		return issued("no answer"), err
	}
	for _, code := range codes {
		if refusal.Code == code {
			return refused, nil
		}
	}
	return issued("another refusal"), fmt.Errorf("%w, want one of %q", err, codes)
}
