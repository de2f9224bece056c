package suites

import (
	"encoding/json"
	"testing"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// A rival is another library with the same key set. It is set up as its own
// documents tell one to for tokens of an issuer with several kinds of keys, with
// the same algorithms as ours. Claims are not judged: neither time, nor issuer,
// nor audience. So what it accepts is comparable in form and signature only.
type rival struct {
	name string
	jws  func(raw string) bool // any payload; nil if the library has no such thing
	jwt  func(raw string) bool // the payload is an object of claims
}

// rivals returns the libraries that can read the key set. A library that
// cannot has no keys and accepts nothing.
func rivals(t testing.TB, document []byte) []rival {
	t.Helper()
	return []rival{goJose(document), jwx(document), golangJWT(document)}
}

func goJose(document []byte) rival {
	var algorithms []jose.SignatureAlgorithm
	for _, algorithm := range keyset.Algorithms() {
		algorithms = append(algorithms, jose.SignatureAlgorithm(algorithm))
	}
	var keys jose.JSONWebKeySet
	broken := json.Unmarshal(document, &keys) != nil
	return rival{
		name: "go-jose",
		jws: func(raw string) bool {
			token, err := jose.ParseSignedCompact(raw, algorithms)
			if err != nil || broken {
				return false
			}
			_, err = token.Verify(&keys)
			return err == nil
		},
		jwt: func(raw string) bool {
			token, err := josejwt.ParseSigned(raw, algorithms)
			if err != nil || broken {
				return false
			}
			claims := map[string]any{}
			return token.Claims(&keys, &claims) == nil
		},
	}
}

func jwx(document []byte) rival {
	keys, err := jwk.Parse(document)
	broken := err != nil
	return rival{
		name: "jwx",
		jws: func(raw string) bool {
			if broken {
				return false
			}
			_, err := jws.Verify([]byte(raw), jws.WithKeySet(keys, jws.WithInferAlgorithmFromKey(true)))
			return err == nil
		},
		jwt: func(raw string) bool {
			if broken {
				return false
			}
			_, err := jwxjwt.Parse([]byte(raw), jwxjwt.WithKeySet(keys, jws.WithInferAlgorithmFromKey(true)), jwxjwt.WithValidate(false))
			return err == nil
		},
	}
}

func golangJWT(document []byte) rival {
	var algorithms []string
	for _, algorithm := range keyset.Algorithms() {
		algorithms = append(algorithms, string(algorithm))
	}
	keys, err := keyfunc.NewJWKSetJSON(document)
	broken := err != nil
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithoutClaimsValidation())
	return rival{
		name: "golang-jwt",
		jwt: func(raw string) bool {
			if broken {
				return false
			}
			token, err := parser.Parse(raw, keys.Keyfunc)
			return err == nil && token.Valid
		},
	}
}
