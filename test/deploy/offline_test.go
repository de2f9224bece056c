//go:build localcloud

package deploy

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/calls"
	"github.com/scopeway/scopeway/test/internal/deployment"
)

// startAway starts an issuer, takes its key set, and stops it: it goes on to
// sign, and nobody can fetch its keys any more.
func startAway() (away *issuertest.Issuer, keys string, err error) {
	if away, err = issuertest.Start(issuertest.Config{Audience: names.StockAudience}); err != nil {
		return nil, "", err
	}
	defer away.Close()
	response, err := http.Get(away.KeysURL())
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("key set, got status %d, %v", response.StatusCode, err)
	}
	return away, string(text), nil
}

func TestShippedKeysVerifyTokensOfAnIssuerThatCannotBeReached(t *testing.T) {
	if response, err := http.Get(away.KeysURL()); err == nil {
		response.Body.Close()
		t.Fatalf("the issuer can be reached: %s", response.Status)
	}
	api := door{"HTTP", output(names.Offline, deployment.APIID), "", calls.NewAuditLog(cloud, output(names.Offline, deployment.AuditLog))}
	claims := issuertest.Claims{"client_id": "shelf", "scope": "read"}
	for _, c := range []struct {
		name, token string
		want        access.Reason
	}{
		{"its token", away.Token(claims), access.Allowed},
		{"its token without the scope", away.Token(issuertest.Claims{"client_id": "shelf", "scope": "write"}), access.ScopeMissing},
		{"a stranger's token", away.UnknownKey(claims), access.KeyUnknown},
		{"a stranger's token under the name of its key", away.Sign(issuertest.Token{Claims: claims, UnknownKey: true, Header: issuertest.Header{"kid": away.KeyID()}}), access.SignatureInvalid},
		{"its name in a token of the partner", issuer.Sign(issuertest.Token{Header: issuertest.Header{"kid": away.KeyID()}, Claims: issuertest.Claims{
			"iss": away.URL(), "aud": names.StockAudience, "client_id": "shelf", "scope": "read"}}), access.SignatureInvalid},
		{"a token of the partner", partnerToken(nil), access.IssuerUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			world.KeepSecret(c.token)
			api.skipLines(t)
			answer, line := api.decided(t, "GET", "/stock/7", c.token)
			if answer.Status != api.status(c.want) || line.Reason != c.want {
				t.Errorf("GET /stock/7 = %d, %s (%s), want %d, %s", answer.Status, line.Reason, line.Detail, api.status(c.want), c.want)
			}
		})
	}
}
