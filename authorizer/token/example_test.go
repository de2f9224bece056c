package token_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// oneKey is a key set of one Ed25519 key; in earnest it is a [keyset.Set].
type oneKey struct{ public ed25519.PublicKey }

func (k oneKey) Find(_ context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error) {
	if kid != "" && kid != "2026" || alg != keyset.EdDSA {
		return nil, keyset.ErrNoKey
	}
	return k.public, nil
}

func Example() {
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	orders := access.NewResourceServer("orders", "Orders API")
	read := orders.Scope("read", "See orders")

	verifier, err := token.NewVerifier([]token.Issuer{{
		Name:       "Partners",
		URL:        "https://login.example.com",
		Profile:    token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.EdDSA},
		Audiences:  map[string]string{"orders": "https://orders.example.com"},
		Clients:    []string{"s6BhdRkqt3"},
		Keys:       oneKey{private.Public().(ed25519.PublicKey)},
	}}, token.Known{Scopes: []access.Scope{read}}, func() time.Time { return time.Unix(1800000000, 0) })
	if err != nil {
		fmt.Println(err)
		return
	}

	const header = `{"typ":"at+jwt","alg":"EdDSA","kid":"2026"}`
	const claims = `{"iss":"https://login.example.com","aud":"https://orders.example.com","sub":"5ba552d67",` +
		`"client_id":"s6BhdRkqt3","jti":"dbe39bf3","iat":1800000000,"exp":%d,"scope":"openid read"}`

	verified, err := verifier.Verify(context.Background(), signed(private, header, fmt.Sprintf(claims, 1800000300)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(verified.Caller().ClientID, verified.Caller().Scopes)

	_, err = verifier.Verify(context.Background(), signed(private, header, fmt.Sprintf(claims, 1799990000)))
	var refused *token.Error
	if errors.As(err, &refused) {
		fmt.Println(refused)
		fmt.Println(refused.Reason.Status(), refused.Claimed.ClientID)
	}
	// Output:
	// s6BhdRkqt3 [orders/read]
	// token, exp has passed (token_expired)
	// 401 s6BhdRkqt3
}

func signed(private ed25519.PrivateKey, header, claims string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
}
