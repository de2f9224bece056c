package keyset

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/internal/strictjson"
)

// The public keys of RFC 7517, appendix A.1, and of RFC 8037, appendix A.2.
const (
	rfc7517EC  = `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}`
	rfc7517RSA = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	rfc8037Ed  = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
)

func readKey(t testing.TB, text string) (key, error) {
	t.Helper()
	jwk, err := strictjson.Parse([]byte(text), strictjson.Limits{Bytes: maxBody, Depth: maxDepth})
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return parseKey(jwk)
}

// members are those of a JWK before it is written.
type members map[string]any

func members7517RSA(t testing.TB) members {
	t.Helper()
	var m members
	if err := json.Unmarshal([]byte(rfc7517RSA), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// with returns the members changed by those of other; nil takes one out.
func (m members) with(other members) members {
	changed := maps.Clone(m)
	for name, value := range other {
		if value == nil {
			delete(changed, name)
		} else {
			changed[name] = value
		}
	}
	return changed
}

func (m members) String() string {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// jwkOf returns the members of a public key, without name and algorithm.
func jwkOf(public crypto.PublicKey) members {
	b64 := base64.RawURLEncoding.EncodeToString
	switch k := public.(type) {
	case *rsa.PublicKey:
		return members{"kty": "RSA", "n": b64(k.N.Bytes()), "e": b64([]byte{byte(k.E >> 24), byte(k.E >> 16), byte(k.E >> 8), byte(k.E)})}
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			panic(err)
		}
		size := len(point) / 2
		return members{"kty": "EC", "crv": k.Params().Name, "x": b64(point[1 : 1+size]), "y": b64(point[1+size:])}
	case ed25519.PublicKey:
		return members{"kty": "OKP", "crv": "Ed25519", "x": b64(k)}
	}
	panic("no such key")
}

// edKey returns a new key and its JWK with that name.
func edKey(t testing.TB, kid string) (ed25519.PublicKey, string) {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return public, jwkOf(public).with(members{"kid": kid}).String()
}

func TestThePublicKeysOfTheRFCsAreRead(t *testing.T) {
	k, err := readKey(t, rfc7517RSA)
	if err != nil || k.id != "2011-04-29" || k.alg != RS256 || !k.fits(RS256) {
		t.Errorf("the RSA key of RFC 7517 = %q, %q, %v", k.id, k.alg, err)
	}
	if k.fits(RS512) || k.fits(PS256) {
		t.Error("a key for RS256 fits another algorithm")
	}
	if _, err = readKey(t, rfc7517EC); !errors.Is(err, errUse) {
		t.Errorf("the EC key of RFC 7517, which is for encryption: %v, want %v", err, errUse)
	}
	if k, err = readKey(t, strings.Replace(rfc7517EC, `"enc"`, `"sig"`, 1)); err != nil || !k.fits(ES256) {
		t.Errorf("the EC key of RFC 7517 for signatures: %v", err)
	}
	if k, err = readKey(t, rfc8037Ed); err != nil || k.id != "" || !k.fits(EdDSA) {
		t.Errorf("the key of RFC 8037: %v", err)
	}
}

func TestAWrittenKeyIsReadAsItself(t *testing.T) {
	ed, _ := edKey(t, "")
	for _, public := range []crypto.PublicKey{
		&rsa.PublicKey{N: modulus(2048), E: 65537}, &rsa.PublicKey{N: modulus(4096), E: 1<<31 - 1},
		ecKey(t, elliptic.P256()), ecKey(t, elliptic.P384()), ecKey(t, elliptic.P521()), ed,
	} {
		k, err := readKey(t, jwkOf(public).String())
		if err != nil || !k.public.(interface{ Equal(crypto.PublicKey) bool }).Equal(public) {
			t.Errorf("%T read as %v, %v", public, k.public, err)
		}
	}
}

func TestMembersThatDoNotMatterAreIgnored(t *testing.T) {
	for name, change := range map[string]members{
		"use sig":                   {"use": "sig"},
		"no alg":                    {"alg": nil},
		"no kid":                    {"kid": nil},
		"verify among operations":   {"key_ops": []string{"sign", "verify"}},
		"a certificate":             {"x5c": []string{"MIIB"}, "x5t": "x"},
		"an address of another key": {"x5u": "https://elsewhere.example/key"},
		"an unknown member":         {"issuer": members{"deep": []int{1}}},
		"leading zero octets":       {"e": "AAEAAQ"},
	} {
		if k, err := readKey(t, members7517RSA(t).with(change).String()); err != nil || !k.fits(RS256) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysThatCannotBeUsedAreRefused(t *testing.T) {
	b64 := base64.RawURLEncoding.EncodeToString
	ec := jwkOf(ecKey(t, elliptic.P256()))
	ec521 := jwkOf(ecKey(t, elliptic.P521()))
	edPublic, _ := edKey(t, "")
	ed := jwkOf(edPublic)
	rsaKey := members7517RSA(t)
	good := rsaKey["n"].(string)
	long := func(n int) string { return b64(make([]byte, n)) }
	for name, c := range map[string]struct {
		jwk  members
		want error
	}{
		"no kty":                           {rsaKey.with(members{"kty": nil}), errType},
		"a symmetric kty":                  {members{"kty": "oct", "kid": "1"}, errType},
		"an unknown kty":                   {rsaKey.with(members{"kty": "AKP"}), errType},
		"kty in lower case":                {rsaKey.with(members{"kty": "rsa"}), errType},
		"kty that is no text":              {rsaKey.with(members{"kty": 1}), errType},
		"KTY in upper case":                {rsaKey.with(members{"kty": nil, "KTY": "RSA"}), errType},
		"use enc":                          {rsaKey.with(members{"use": "enc"}), errUse},
		"use that is empty":                {rsaKey.with(members{"use": ""}), errUse},
		"use that is no text":              {rsaKey.with(members{"use": []string{"sig"}}), errUse},
		"operations without verify":        {rsaKey.with(members{"key_ops": []string{"encrypt", "wrapKey"}}), errOperations},
		"no operation":                     {rsaKey.with(members{"key_ops": []string{}}), errOperations},
		"operations that are text":         {rsaKey.with(members{"key_ops": "verify"}), errOperations},
		"operations with a number":         {rsaKey.with(members{"key_ops": []any{"verify", 1}}), errOperations},
		"kid that is a number":             {rsaKey.with(members{"kid": 1}), errID},
		"kid that is a list":               {rsaKey.with(members{"kid": []string{"1"}}), errID},
		"alg for encryption":               {rsaKey.with(members{"alg": "RSA-OAEP-256"}), errAlgorithm},
		"alg none":                         {rsaKey.with(members{"alg": "none"}), errAlgorithm},
		"alg HS256":                        {rsaKey.with(members{"alg": "HS256"}), errAlgorithm},
		"alg that is empty":                {rsaKey.with(members{"alg": ""}), errAlgorithm},
		"alg that is no text":              {rsaKey.with(members{"alg": true}), errAlgorithm},
		"alg of another kind":              {rsaKey.with(members{"alg": "ES256"}), errOtherKeyType},
		"alg of another curve":             {ec.with(members{"alg": "ES384"}), errOtherKeyType},
		"a private RSA key":                {rsaKey.with(members{"d": "AQAB"}), ErrSecret},
		"a prime of an RSA key":            {rsaKey.with(members{"p": "AQAB"}), ErrSecret},
		"more primes of an RSA key":        {rsaKey.with(members{"oth": []any{}}), ErrSecret},
		"a private EC key":                 {ec.with(members{"d": long(32)}), ErrSecret},
		"a private Ed25519 key":            {ed.with(members{"d": long(32)}), ErrSecret},
		"a private part that is no text":   {ed.with(members{"d": false}), ErrSecret},
		"a symmetric key":                  {members{"kty": "oct", "k": long(32)}, ErrSecret},
		"a private key of a kind to come":  {members{"kty": "AKP", "pub": long(32), "priv": long(32)}, ErrSecret},
		"an RSA key with a secret":         {rsaKey.with(members{"k": long(32)}), ErrSecret},
		"RSA of 1024 bits":                 {jwkOf(&rsa.PublicKey{N: modulus(1024), E: 65537}), errWeakRSA},
		"RSA of 2047 bits":                 {jwkOf(&rsa.PublicKey{N: modulus(2047), E: 65537}), errWeakRSA},
		"RSA of 16384 bits":                {jwkOf(&rsa.PublicKey{N: modulus(16384), E: 65537}), errWeakRSA},
		"RSA of 1024 bits behind zeros":    {rsaKey.with(members{"n": b64(append(make([]byte, 128), modulus(1024).Bytes()...))}), errWeakRSA},
		"a modulus of zeros":               {rsaKey.with(members{"n": long(256)}), errWeakRSA},
		"an even modulus":                  {rsaKey.with(members{"n": b64(append([]byte{1}, make([]byte, 256)...))}), errWeakRSA},
		"an even exponent":                 {rsaKey.with(members{"e": b64([]byte{1, 0, 2})}), errWeakRSA},
		"exponent 0":                       {rsaKey.with(members{"e": "AA"}), errWeakRSA},
		"exponent 1":                       {rsaKey.with(members{"e": "AQ"}), errWeakRSA},
		"exponent 3":                       {rsaKey.with(members{"e": "Aw"}), errWeakRSA},
		"an exponent of 32 bits":           {rsaKey.with(members{"e": b64([]byte{0x80, 0, 0, 1})}), errWeakRSA},
		"an exponent of 65 bits":           {rsaKey.with(members{"e": b64([]byte{1, 0, 0, 0, 0, 0, 1, 0, 1})}), errWeakRSA},
		"an exponent of 8000 bits":         {rsaKey.with(members{"e": good}), errWeakRSA},
		"no modulus":                       {rsaKey.with(members{"n": nil}), errModulus},
		"an empty modulus":                 {rsaKey.with(members{"n": ""}), errModulus},
		"a modulus that is a number":       {rsaKey.with(members{"n": 12345}), errModulus},
		"a modulus with padding":           {rsaKey.with(members{"n": good + "="}), errModulus},
		"a modulus with a line break":      {rsaKey.with(members{"n": good[:40] + "\n" + good[40:]}), errModulus},
		"a modulus with a carriage return": {rsaKey.with(members{"n": good + "\r"}), errModulus},
		"a modulus in plain base64":        {rsaKey.with(members{"n": strings.ReplaceAll(good, "-", "+")}), errModulus},
		"a modulus with stray bits":        {rsaKey.with(members{"n": good[:len(good)-1] + "x"}), errModulus},
		"no exponent":                      {rsaKey.with(members{"e": nil}), errExponent},
		"an exponent that is a number":     {rsaKey.with(members{"e": 65537}), errExponent},
		"an exponent with padding":         {rsaKey.with(members{"e": "AQAB="}), errExponent},
		"no curve":                         {ec.with(members{"crv": nil}), errCurve},
		"secp256k1":                        {ec.with(members{"crv": "secp256k1"}), errCurve},
		"P-224":                            {ec.with(members{"crv": "P-224"}), errCurve},
		"a curve of OKP in an EC key":      {ec.with(members{"crv": "Ed25519"}), errCurve},
		"a curve of EC in an OKP key":      {ed.with(members{"crv": "P-256"}), errCurve},
		"Ed448":                            {ed.with(members{"crv": "Ed448", "x": long(57)}), errCurve},
		"X25519":                           {ed.with(members{"crv": "X25519"}), errCurve},
		"another curve's point":            {ec.with(members{"crv": "P-384"}), errCoordinates},
		"no x":                             {ec.with(members{"x": nil}), errCoordinates},
		"no y":                             {ec.with(members{"y": nil}), errCoordinates},
		"x that is one octet short":        {ec.with(members{"x": long(31)}), errCoordinates},
		"x with a leading zero octet":      {ec.with(members{"x": long(33)}), errCoordinates},
		"P-521 with 65 octets":             {ec521.with(members{"y": long(65)}), errCoordinates},
		"coordinates out of the field":     {ec.with(members{"x": b64([]byte(strings.Repeat("\xff", 32)))}), errOffCurve},
		"a point beside the curve":         {ec.with(members{"y": ec["x"]}), errOffCurve},
		"the point at infinity":            {ec.with(members{"x": long(32), "y": long(32)}), errOffCurve},
		"Ed25519 without x":                {ed.with(members{"x": nil}), errCoordinates},
		"Ed25519 with 31 octets":           {ed.with(members{"x": long(31)}), errCoordinates},
		"Ed25519 with 33 octets":           {ed.with(members{"x": long(33)}), errCoordinates},
		"Ed25519 with a small order":       {ed.with(members{"x": long(32)}), errSmallOrder},
		"Ed25519 with padding":             {ed.with(members{"x": long(32) + "="}), errCoordinates},
	} {
		t.Run(name, func(t *testing.T) {
			if k, err := readKey(t, c.jwk.String()); !errors.Is(err, c.want) || k.id != "" || k.public != nil {
				t.Errorf("parseKey = %+v, %v, want %v", k, err, c.want)
			}
		})
	}
	for _, text := range []string{`null`, `1`, `"key"`, `[]`, `[{"kty":"RSA"}]`} {
		if _, err := readKey(t, text); !errors.Is(err, errNotObject) {
			t.Errorf("parseKey(%s) = %v, want %v", text, err, errNotObject)
		}
	}
}

// Whatever the text: no panic, and a key that is taken fits an algorithm, has
// no secret part and reads the same when it is written again.
func FuzzParseKey(f *testing.F) {
	f.Add(rfc7517RSA)
	f.Add(rfc7517EC)
	f.Add(strings.Replace(rfc7517EC, `"enc"`, `"sig"`, 1))
	f.Add(rfc8037Ed)
	f.Add(`{"kty":"oct","k":"AA"}`)
	f.Add(`{"kty":"RSA","n":"AQAB","e":"Aw"}`)
	f.Add(`{"kty":"EC","crv":"P-521","x":"AA","y":"AA","key_ops":["verify",null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		jwk, err := strictjson.Parse([]byte(text), strictjson.Limits{Bytes: maxBody, Depth: maxDepth})
		if err != nil {
			return
		}
		k, err := parseKey(jwk)
		if err != nil {
			if k.id != "" || k.public != nil {
				t.Fatalf("parseKey(%q) gave a key and %v", text, err)
			}
			return
		}
		fits := 0
		for _, alg := range Algorithms() {
			if k.fits(alg) {
				fits++
			}
		}
		if fits == 0 || jwk.Member("d").Kind() != strictjson.Missing {
			t.Fatalf("parseKey(%q) took a key that fits %d algorithms", text, fits)
		}
		again, err := readKey(t, jwkOf(k.public).String())
		if err != nil || !again.public.(interface{ Equal(crypto.PublicKey) bool }).Equal(k.public) {
			t.Fatalf("the key of %q written again: %v", text, err)
		}
	})
}
