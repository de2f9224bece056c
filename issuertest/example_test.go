package issuertest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/scopeway/scopeway/issuertest"
)

// Outside a test an issuer is started and closed by hand; within one,
// issuertest.New(t) does both.
func ExampleStart() {
	issuer, err := issuertest.Start(issuertest.Config{Audience: "https://orders.example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()
	issuer.AddClient("billing", "a secret", "orders/read")

	response, err := http.PostForm(issuer.TokenURL(), url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {"billing"},
		"client_secret": {"a secret"},
		"scope":         {"orders/write"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Printf("%d %s%v\n", response.StatusCode, body, err)
	// Output:
	// 400 {"error":"invalid_scope","error_description":"the client may not have that scope"}
	// <nil>
}

func ExampleIssuer_Token() {
	issuer, err := issuertest.Start(issuertest.Config{Algorithm: "ES256"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	token := issuer.Token(issuertest.Claims{
		"scope": "orders/read orders/write",
		"jti":   nil, // no jti at all
	})
	fmt.Println(strings.Count(token, "."))
	// Output: 2
}

// What other providers make differs in a few members: this is an access token
// of Amazon Cognito's.
func ExampleIssuer_Sign() {
	issuer, err := issuertest.Start(issuertest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	token := issuer.Sign(issuertest.Token{
		Header: issuertest.Header{"typ": nil},
		Claims: issuertest.Claims{"aud": nil, "token_use": "access", "version": 2, "scope": "orders/read"},
	})
	fmt.Println(strings.Count(token, "."))
	// Output: 2
}

// A resource server that trusts the key set must follow when keys change.
func ExampleIssuer_Rotate() {
	issuer, err := issuertest.Start(issuertest.Config{Algorithm: "EdDSA"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	fmt.Println(issuer.KeyID())
	issuer.Rotate() // key-1 no longer signs, and is still published
	fmt.Println(issuer.KeyID())
	issuer.RevokeOld() // now it is not
	// Output:
	// key-1
	// key-2
}
