package suites

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

const (
	oddHeader = `{"alg":"ES256","kid":"p256","typ":"at+jwt"}`
	oddClaims = `{"iss":"https://login.example.com","client_id":"s6BhdRkqt3","sub":"user-1","jti":"1","iat":1799999999,"exp":1800000300,"aud":"https://orders.example.com","scope":"read"}`
)

// oddTokens are rightly signed by the issuer's own key, and still have more than
// one reading, or none. Empty texts stand for the good ones.
var oddTokens = []struct {
	name           string
	header, claims string
	want           access.Reason
}{
	{"nothing odd", "", "", access.Allowed},
	{"alg twice, the same", `{"alg":"ES256","alg":"ES256","kid":"p256","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"alg twice, none first", `{"alg":"none","alg":"ES256","kid":"p256","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"alg twice by an escape", `{"alg":"ES256","\u0061lg":"ES256","kid":"p256","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"kid twice", `{"alg":"ES256","kid":"p384","kid":"p256","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"typ twice", `{"alg":"ES256","kid":"p256","typ":"JWT","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"an unknown member twice", `{"alg":"ES256","kid":"p256","typ":"at+jwt","x":1,"x":2}`, "", access.TokenMalformed},
	{"Alg instead of alg", `{"Alg":"ES256","kid":"p256","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"KID beside kid", `{"alg":"ES256","kid":"p256","KID":"p384","typ":"at+jwt"}`, "", access.Allowed}, // one reading: kid
	{"an empty kid", `{"alg":"ES256","kid":"","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"kid null", `{"alg":"ES256","kid":null,"typ":"at+jwt"}`, "", access.TokenMalformed},
	{"kid a number", `{"alg":"ES256","kid":256,"typ":"at+jwt"}`, "", access.TokenMalformed},
	{"typ null", `{"alg":"ES256","kid":"p256","typ":null}`, "", access.TokenMalformed},
	{"alg a list", `{"alg":["ES256"],"kid":"p256","typ":"at+jwt"}`, "", access.TokenMalformed},
	{"alg with a space", `{"alg":"ES256 ","kid":"p256","typ":"at+jwt"}`, "", access.AlgorithmRefused},
	{"alg in lower case", `{"alg":"es256","kid":"p256","typ":"at+jwt"}`, "", access.AlgorithmRefused},
	{"crit, empty", `{"alg":"ES256","kid":"p256","typ":"at+jwt","crit":[]}`, "", access.HeaderRefused},
	{"crit, null", `{"alg":"ES256","kid":"p256","typ":"at+jwt","crit":null}`, "", access.HeaderRefused},
	{"crit of an unknown extension", `{"alg":"ES256","kid":"p256","typ":"at+jwt","crit":["x"],"x":1}`, "", access.HeaderRefused},
	{"crit of a standard parameter", `{"alg":"ES256","kid":"p256","typ":"at+jwt","crit":["alg"]}`, "", access.HeaderRefused},
	{"b64 true", `{"alg":"ES256","kid":"p256","typ":"at+jwt","b64":true,"crit":["b64"]}`, "", access.HeaderRefused},
	{"b64 false without crit", `{"alg":"ES256","kid":"p256","typ":"at+jwt","b64":false}`, "", access.HeaderRefused},
	{"zip", `{"alg":"ES256","kid":"p256","typ":"at+jwt","zip":"DEF"}`, "", access.HeaderRefused},
	{"enc", `{"alg":"ES256","kid":"p256","typ":"at+jwt","enc":"A128GCM"}`, "", access.HeaderRefused},
	{"something behind the header", oddHeader + "{}", "", access.TokenMalformed},
	{"a byte order mark", "\ufeff" + oddHeader, "", access.TokenMalformed},
	{"bytes that are no UTF-8", `{"alg":"ES256","kid":"p256","typ":"at+jwt","x":"` + "\xff" + `"}`, "", access.TokenMalformed},
	{"half a surrogate pair", `{"alg":"ES256","kid":"p256","typ":"at+jwt","x":"\ud800"}`, "", access.TokenMalformed},
	{"a header nested 20 deep", `{"alg":"ES256","kid":"p256","typ":"at+jwt","x":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, "", access.TokenMalformed},
	{"sub twice", "", `{"sub":"admin",` + oddClaims[1:], access.TokenMalformed},
	{"sub twice by an escape", "", `{"\u0073ub":"admin",` + oddClaims[1:], access.TokenMalformed},
	{"a nested member twice", "", `{"x":{"a":1,"a":2},` + oddClaims[1:], access.TokenMalformed},
	{"SUB beside sub", "", `{"SUB":"admin",` + oddClaims[1:], access.Allowed}, // one reading: sub
	{"something behind the claims", "", oddClaims + " x", access.TokenMalformed},
	{"claims that are a list", "", "[" + oddClaims + "]", access.TokenMalformed},
	{"claims that are null", "", "null", access.TokenMalformed},
	{"claims with bytes that are no UTF-8", "", `{"x":"` + "\xc0\x80" + `",` + oddClaims[1:], access.TokenMalformed},
	{"a number with a leading zero", "", `{"x":01,` + oddClaims[1:], access.TokenMalformed},
	{"a control character in a string", "", `{"x":"` + "\x01" + `",` + oddClaims[1:], access.TokenMalformed},
	{"exp as a string", "", strings.Replace(oddClaims, "1800000300", `"1800000300"`, 1), access.ClaimMalformed},
	{"exp as 1e400", "", strings.Replace(oddClaims, "1800000300", "1e400", 1), access.ClaimMalformed},
	{"more than 8192 bytes", "", `{"x":"` + strings.Repeat("x", 8192) + `",` + oddClaims[1:], access.TokenTooLarge},
}

func TestOddTokensOfTheIssuerItselfAreRefused(t *testing.T) {
	keys := newRing(t)
	document := keys.document()
	set := keySet(t, document)
	whole, libraries := newVerifier(t, set), rivals(t, document)
	counts := table{columns: []string{"scopeway"}}
	for _, rival := range libraries {
		counts.columns = append(counts.columns, rival.name)
	}
	try := func(name, raw string, want access.Reason) {
		t.Helper()
		counts.add(name, "tried")
		if got := verify(t, whole, raw); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		} else if got == access.Allowed {
			counts.add(name, "scopeway")
		}
		for _, rival := range libraries {
			if rival.jwt(raw) {
				counts.add(name, rival.name)
			}
		}
	}
	for _, odd := range oddTokens {
		header, claims := oddHeader, oddClaims
		if odd.header != "" {
			header = odd.header
		}
		if odd.claims != "" {
			claims = odd.claims
		}
		try(odd.name, compact(keyset.ES256, keys["p256"], header, claims), odd.want)
	}

	signed := func(header string) string { return encode([]byte(header)) + "." + encode([]byte(oddClaims)) }
	text := signed(oddHeader)
	r, s := halves(sign(keyset.ES256, keys["p256"], []byte(text)))
	try("a signature in ASN.1", text+"."+encode(must(asn1.Marshal(struct{ R, S *big.Int }{r, s}))), access.SignatureInvalid)
	text = signed(`{"alg":"ES256","kid":"p384","typ":"at+jwt"}`)
	try("ES256 by a P-384 key", text+"."+encode(signWith(keys["p384"].(*ecdsa.PrivateKey), []byte(text))), access.KeyUnknown)
	text = signed(`{"alg":"Ed25519","kid":"ed","typ":"at+jwt"}`) // RFC 9864, another name of the same
	try("Ed25519 for EdDSA", text+"."+encode(sign(keyset.EdDSA, keys["ed"], []byte(text))), access.AlgorithmRefused)
	for _, salt := range []int{0, 20, 64, 222} {
		text := signed(`{"alg":"PS256","kid":"rsa","typ":"at+jwt"}`)
		signature := must(rsa.SignPSS(rand.Reader, keys["rsa"].(*rsa.PrivateKey), crypto.SHA256, digest(text), &rsa.PSSOptions{SaltLength: salt}))
		try(fmt.Sprintf("PS256 with a salt of %d", salt), text+"."+encode(signature), access.SignatureInvalid)
	}
	text = signed(`{"alg":"PS256","kid":"rsa","typ":"at+jwt"}`)
	try("PS256, signed as RS256", text+"."+encode(sign(keyset.RS256, keys["rsa"], []byte(text))), access.SignatureInvalid)
	text = signed(`{"alg":"ES256","typ":"at+jwt"}`)
	try("no kid, and two keys that fit", text+"."+encode(sign(keyset.ES256, keys["p256"], []byte(text))), access.KeyUnknown)
	t.Logf("accepted of rightly signed tokens:\n%s", &counts)
}

// The keys of a set that no signature may be checked with.
func TestKeysThatAreUnfitVerifyNothing(t *testing.T) {
	good := newRing(t)
	small := must(rsa.GenerateKey(rand.Reader, 1024))
	jwk := string(ring{"k": good["p256"]}.document())
	for _, c := range []struct {
		name      string
		document  string
		algorithm keyset.Algorithm
		sign      func(text string) []byte
	}{
		{"RSA of 1024 bits", string(ring{"k": small}.document()), keyset.RS256, func(text string) []byte { return sign(keyset.RS256, small, []byte(text)) }},
		{"a key for encryption", strings.Replace(jwk, `"use":"sig"`, `"use":"enc"`, 1), keyset.ES256, nil},
		{"a key with another alg", strings.Replace(jwk, `"use":"sig"`, `"alg":"ES384"`, 1), keyset.ES256, nil},
		{"a key that may encrypt", strings.Replace(jwk, `"use":"sig"`, `"key_ops":["encrypt"]`, 1), keyset.ES256, nil},
		{"a private key", strings.Replace(jwk, `"use":"sig"`, `"use":"sig","d":"AA"`, 1), keyset.ES256, nil},
		{"kid twice in a key", strings.Replace(jwk, `"use":"sig"`, `"use":"sig","kid":"k"`, 1), keyset.ES256, nil},
		{"another key of the name", strings.Replace(jwk, `]}`, `,`+strings.TrimPrefix(string(ring{"k": good["p256-other"]}.document()), `{"keys":[`), 1), keyset.ES256, nil},
		{"a set under two names", strings.Replace(jwk, `{"keys"`, `{"keys":[],"keys"`, 1), keyset.ES256, nil},
	} {
		text := encode([]byte(fmt.Sprintf(`{"alg":%q,"kid":"k","typ":"at+jwt"}`, c.algorithm))) + "." + encode([]byte(oddClaims))
		if c.sign == nil {
			c.sign = func(text string) []byte { return sign(keyset.ES256, good["p256"], []byte(text)) }
		}
		raw := text + "." + encode(c.sign(text))
		if got := verify(t, newVerifier(t, keySet(t, []byte(c.document))), raw); got != access.KeyUnknown && got != access.KeysUnavailable {
			t.Errorf("%s: %v, want no key", c.name, got)
		}
		if got := verify(t, newVerifier(t, keySet(t, []byte(jwk))), raw); c.algorithm == keyset.ES256 && got != access.Allowed {
			t.Errorf("%s: %v with the key as it should be, want it allowed", c.name, got)
		}
		var accept []string
		for _, rival := range rivals(t, []byte(c.document)) {
			if rival.jwt(raw) {
				accept = append(accept, rival.name)
			}
		}
		t.Logf("%s: accepted by %v", c.name, accept)
	}
}

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// signWith signs with SHA-256, whatever the key's curve.
func signWith(key *ecdsa.PrivateKey, signed []byte) []byte {
	r, s, err := ecdsa.Sign(rand.Reader, key, digest(string(signed)))
	return joined(elliptic.P384(), must(r, err), s)
}
