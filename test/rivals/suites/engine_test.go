package suites

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/internal/jose"
)

// now is when the tests happen.
var now = time.Unix(1800000000, 0)

// served is a key set's answer, without a server.
type served []byte

func (s served) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(s))}, nil
}

// keySet returns the keys of a JWK set as the authorizer has them: fetched, and
// read by the code that reads an issuer's.
func keySet(t testing.TB, document []byte) *keyset.Set {
	t.Helper()
	set, err := keyset.New(keyset.Config{URL: "https://issuer.example/keys", Client: &http.Client{Transport: served(document)}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// judge does what [token.Verifier.Verify] does before and after it looks at
// claims, for an issuer that is trusted with every algorithm there is. The
// payload may be anything. That the whole verifier lets nothing through that
// judge refuses, the differential tests hold.
func judge(t testing.TB, keys token.Keys, raw string) access.Reason {
	t.Helper()
	var j jose.Token
	for _, step := range []func() *jose.Refusal{func() *jose.Refusal { return j.Split(raw) }, j.ReadHeader, j.CheckHeader} {
		if refused := step(); refused != nil {
			return refused.Reason
		}
	}
	algorithm := keyset.Algorithm(j.Algorithm)
	if !slices.Contains(keyset.Algorithms(), algorithm) {
		return access.AlgorithmRefused
	}
	key, err := keys.Find(t.Context(), j.KeyID, algorithm)
	switch {
	case errors.Is(err, keyset.ErrNoKey):
		return access.KeyUnknown
	case err != nil:
		return access.KeysUnavailable
	case !algorithm.Fits(key):
		return access.KeyUnknown
	case !jose.Verify(j.Algorithm, key, j.Signed, j.Signature):
		return access.SignatureInvalid
	}
	return access.Allowed
}

// The issuer of the tokens that are made here, and whom they are for.
const (
	issuerURL = "https://login.example.com"
	audience  = "https://orders.example.com"
	clientID  = "s6BhdRkqt3"
)

var ordersRead = access.NewResourceServer("orders", "Orders API").Scope("read", "See orders")

// newVerifier returns the whole verifier, for one issuer with those keys.
func newVerifier(t testing.TB, keys token.Keys) *token.Verifier {
	t.Helper()
	v, err := token.NewVerifier([]token.Issuer{{
		Name: "Users", ID: "Users", URL: issuerURL, Profile: token.ProfileRFC9068,
		Algorithms: keyset.Algorithms(),
		Audiences:  map[string]string{"orders": audience},
		Clients:    []string{clientID},
		Keys:       keys,
	}}, token.Known{Scopes: []access.Scope{ordersRead}}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// verify returns the reason of the whole verifier, and fails the test if it
// says anything else than documented.
func verify(t testing.TB, v *token.Verifier, raw string) access.Reason {
	t.Helper()
	verified, err := v.Verify(t.Context(), raw)
	var refused *token.Error
	switch {
	case err == nil && verified != nil:
		return access.Allowed
	case errors.As(err, &refused) && verified == nil && refused.Reason != access.Allowed && refused.Reason != "":
		return refused.Reason
	}
	t.Fatalf("Verify = %v, %v, want one of the two", verified, err)
	return ""
}
