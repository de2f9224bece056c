package suites

import (
	"crypto"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// signers make a compact token, each with another library.
var signers = map[string]func(algorithm keyset.Algorithm, key crypto.Signer, kid, typ string, claims []byte) string{
	"go-jose": func(algorithm keyset.Algorithm, key crypto.Signer, kid, typ string, claims []byte) string {
		signer := must(jose.NewSigner(
			jose.SigningKey{Algorithm: jose.SignatureAlgorithm(algorithm), Key: jose.JSONWebKey{Key: key, KeyID: kid}},
			(&jose.SignerOptions{}).WithType(jose.ContentType(typ)),
		))
		return must(must(signer.Sign(claims)).CompactSerialize())
	},
	"jwx": func(algorithm keyset.Algorithm, key crypto.Signer, kid, typ string, claims []byte) string {
		headers := jws.NewHeaders()
		must(0, headers.Set(jws.KeyIDKey, kid))
		must(0, headers.Set(jws.TypeKey, typ))
		known, ok := jwa.LookupSignatureAlgorithm(string(algorithm))
		if !ok {
			panic("jwx does not know " + algorithm)
		}
		return string(must(jws.Sign(claims, jws.WithKey(known, key, jws.WithProtectedHeaders(headers)))))
	},
	"golang-jwt": func(algorithm keyset.Algorithm, key crypto.Signer, kid, typ string, claims []byte) string {
		var object jwt.MapClaims
		must(0, json.Unmarshal(claims, &object))
		token := jwt.NewWithClaims(jwt.GetSigningMethod(string(algorithm)), object)
		token.Header["kid"], token.Header["typ"] = kid, typ
		return must(token.SignedString(key))
	},
}

// randomTypes are spellings of the one media type that access tokens have.
var randomTypes = []string{"at+jwt", "AT+JWT", "at+JWT", "application/at+jwt", "Application/At+Jwt"}

// randomClaims returns the claims of a token that is let through, with others
// around them in any order.
func randomClaims(t testing.TB, r *rand.Rand) []byte {
	t.Helper()
	members := []string{
		fmt.Sprintf(`"iss":%q`, issuerURL),
		fmt.Sprintf(`"client_id":%q`, clientID),
		fmt.Sprintf(`"sub":"user-%d"`, r.Uint32()),
		fmt.Sprintf(`"jti":"%x"`, r.Uint64()),
		fmt.Sprintf(`"iat":%d`, now.Unix()-r.Int64N(600)),
		fmt.Sprintf(`"exp":%d`, now.Unix()+1+r.Int64N(3600)),
		pick(r, fmt.Sprintf(`"aud":%q`, audience), fmt.Sprintf(`"aud":[%q]`, audience), fmt.Sprintf(`"aud":["https://else.example",%q]`, audience)),
		pick(r, `"scope":"orders/read"`, `"scope":"read openid"`, `"scope":"openid"`),
	}
	for n := range r.IntN(6) {
		members = append(members, fmt.Sprintf(`"https://claims.example/%d":%s`, n, randomValue(r, 3)))
	}
	r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	space := pick(r, "", " ", "\r\n ")
	text := "{" + space + strings.Join(members, ","+space) + space + "}"
	if !json.Valid([]byte(text)) {
		t.Fatalf("not JSON: %s", text)
	}
	return []byte(text)
}

func randomValue(r *rand.Rand, depth int) string {
	switch kind := r.IntN(8); {
	case kind == 0 && depth > 0:
		return fmt.Sprintf("[%s,%s]", randomValue(r, depth-1), randomValue(r, depth-1))
	case kind == 1 && depth > 0:
		return fmt.Sprintf(`{"a":%s,"b":%s}`, randomValue(r, depth-1), randomValue(r, depth-1))
	case kind == 2:
		return pick(r, "true", "false", "null")
	case kind == 3:
		return fmt.Sprint(r.Int64() - 1<<62)
	case kind == 4:
		return pick(r, "0.5", "-1e-7", "1E3", "-0", "1.0")
	case kind == 5:
		return pick(r, `"\u00e9\ud83d\ude00"`, `"é😀"`, `"\"\\\/\b\f\n\r\t"`, `"<script>&\u2028"`, `"a.b.c"`, `""`)
	default:
		return fmt.Sprintf(`"%x"`, r.Uint64())
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }
