package keyset_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

func Example() {
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)
	}))
	defer issuer.Close()

	keys, err := keyset.New(keyset.Config{URL: issuer.URL + "/jwks.json"})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	keys.Prefetch(ctx)

	public, err := keys.Find(ctx, "2026", keyset.EdDSA)
	fmt.Printf("%T %v\n", public, err)

	_, err = keys.Find(ctx, "2025", keyset.EdDSA)
	fmt.Println(errors.Is(err, keyset.ErrNoKey))

	_, err = keyset.New(keyset.Config{URL: "http://issuer.example/jwks.json"})
	fmt.Println(err)
	// Output:
	// ed25519.PublicKey <nil>
	// true
	// key set URL, is not https, got "http://issuer.example/jwks.json", write https:// (http only for a literal loopback address, 127.0.0.1 or [::1])
}
