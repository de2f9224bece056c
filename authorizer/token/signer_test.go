package token

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// now is when the tests happen.
var now = time.Unix(1800000000, 0)

const (
	cognitoURL = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example"
	rfc9068URL = "https://login.example.com"
	otherURL   = "https://other.example.com"
)

var (
	orders       = access.NewResourceServer("orders", "Orders API")
	billing      = access.NewResourceServer("billing", "Billing API")
	ordersRead   = orders.Scope("read", "See orders")
	ordersWrite  = orders.Scope("write", "Place orders")
	billingRead  = billing.Scope("read", "See bills")
	testedScopes = []access.Scope{billingRead, ordersRead, ordersWrite}
	testedKnown  = Known{
		Scopes: testedScopes,
		Roles:  []string{"admin", "auditor"},
		Groups: []string{"staff", "admins"},
		Claims: []string{"department", "level", "beta"},
	}
)

// Two issuers have keys with the same names: "rsa", "p256", "p384", "p521", "ed".
var (
	keys  = sync.OnceValue(newKeyring)
	other = sync.OnceValue(newKeyring)
	weak  = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 1024)) })
)

type keyring map[string]crypto.Signer

func newKeyring() keyring {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	return keyring{
		"rsa":  must(rsa.GenerateKey(rand.Reader, 2048)),
		"p256": must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"p384": must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"p521": must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)),
		"ed":   must(ed, err),
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Find behaves as a key set does, and has some names for what may go wrong.
func (k keyring) Find(_ context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error) {
	switch kid {
	case "":
		return k[keyFor(alg)].Public(), nil
	case "unavailable":
		return nil, fmt.Errorf("test: %w", keyset.ErrUnavailable)
	case "broken":
		return nil, errors.New("test: something else")
	case "weak":
		return weak().Public(), nil
	case "nil":
		return nil, nil
	case "careless":
		return k["rsa"].Public(), nil
	}
	if key, ok := k[kid]; ok && alg.Fits(key.Public()) {
		return key.Public(), nil
	}
	return nil, fmt.Errorf("test: %w", keyset.ErrNoKey)
}

// keyFor names the key that fits an algorithm.
func keyFor(alg keyset.Algorithm) string {
	switch alg {
	case keyset.ES256:
		return "p256"
	case keyset.ES384:
		return "p384"
	case keyset.ES512:
		return "p521"
	case keyset.EdDSA:
		return "ed"
	default:
		return "rsa"
	}
}

func testIssuers() []Issuer {
	return []Issuer{{
		Name: "Users", ID: "Users", URL: cognitoURL, Profile: ProfileCognito,
		Algorithms: []keyset.Algorithm{keyset.RS256},
		Audiences:  map[string]string{"orders": "orders", "billing": "https://billing.example.com"},
		Clients:    []string{"6v1k3j5b2m8q", "7w2l4k6c3n9r"},
		Keys:       keys(),
	}, {
		Name: "Partners", ID: "Partners", URL: rfc9068URL, Profile: ProfileRFC9068,
		Algorithms: keyset.Algorithms(),
		Audiences:  map[string]string{"orders": "https://orders.example.com", "billing": "https://billing.example.com"},
		Clients:    []string{"s6BhdRkqt3"},
		Keys:       keys(),
		Roles:      []string{"realm_access", "roles"},
		Groups:     []string{"groups"},
	}, {
		Name: "Others", URL: otherURL, Profile: ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.ES256},
		Audiences:  map[string]string{"orders": "https://orders.example.com"},
		AnyClient:  true,
		Keys:       other(),
		Person:     "preferred_username",
	}}
}

// newTestVerifier returns one whose clock stands so many seconds after now.
func newTestVerifier(t testing.TB, after time.Duration) *Verifier {
	t.Helper()
	v, err := NewVerifier(testIssuers(), testedKnown, func() time.Time { return now.Add(after) })
	if err != nil {
		t.Fatalf("NewVerifier: %v", err)
	}
	return v
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// compact signs header and payload, which may be anything.
func compact(alg keyset.Algorithm, key crypto.Signer, header, payload string) string {
	signed := encode([]byte(header)) + "." + encode([]byte(payload))
	return signed + "." + encode(sign(alg, key, []byte(signed)))
}

// sign signs as the algorithm says, whether or not a verifier would let it.
func sign(alg keyset.Algorithm, key crypto.Signer, signed []byte) []byte {
	hash, digest := digestFor(alg, signed)
	switch alg {
	case keyset.RS256, keyset.RS384, keyset.RS512:
		return must(rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), hash, digest))
	case keyset.PS256, keyset.PS384, keyset.PS512:
		return signPSS(key.(*rsa.PrivateKey), hash, digest, hash.Size())
	case keyset.ES256, keyset.ES384, keyset.ES512:
		key := key.(*ecdsa.PrivateKey)
		r, s, err := ecdsa.Sign(rand.Reader, key, digest)
		size := (key.Params().BitSize + 7) / 8
		return must(append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), err)
	case keyset.EdDSA:
		return must(key.Sign(rand.Reader, signed, crypto.Hash(0)))
	case "HS256": // with what everybody has: the public key
		mac := hmac.New(sha256.New, key.Public().(*rsa.PublicKey).N.Bytes())
		mac.Write(signed)
		return mac.Sum(nil)
	case "none":
		return nil
	}
	panic("no such algorithm")
}

// digestFor returns the hash that the algorithm signs and which one it is,
// neither for EdDSA, which takes the whole text.
func digestFor(alg keyset.Algorithm, signed []byte) (crypto.Hash, []byte) {
	var hash crypto.Hash
	switch alg {
	case keyset.RS256, keyset.PS256, keyset.ES256:
		hash = crypto.SHA256
	case keyset.RS384, keyset.PS384, keyset.ES384:
		hash = crypto.SHA384
	case keyset.RS512, keyset.PS512, keyset.ES512:
		hash = crypto.SHA512
	default:
		return 0, nil
	}
	h := hash.New()
	h.Write(signed)
	return hash, h.Sum(nil)
}

func signPSS(key *rsa.PrivateKey, hash crypto.Hash, digest []byte, salt int) []byte {
	return must(rsa.SignPSS(rand.Reader, key, hash, digest, &rsa.PSSOptions{SaltLength: salt}))
}

// reasonOf returns the reason of what Verify returned, [access.Allowed] if it
// verified, and fails the test if it is anything else than documented.
func reasonOf(t testing.TB, verified *Verified, err error) access.Reason {
	t.Helper()
	if err == nil {
		if verified == nil {
			t.Fatal("Verify = nil, nil")
		}
		return access.Allowed
	}
	refused, ok := err.(*Error)
	if !ok || verified != nil || refused.Detail == "" {
		t.Fatalf("Verify = %v, %#v, want an *Error with a detail and nothing verified", verified, err)
	}
	return refused.Reason
}
