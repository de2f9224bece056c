package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"hash"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// writings are the public key in every form in which somebody may hold it: what
// a verifier that is misled could take for the secret of an HMAC.
func writings(t *testing.T, public crypto.PublicKey) map[string][]byte {
	t.Helper()
	der := must(x509.MarshalPKIXPublicKey(public))
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	forms := map[string][]byte{
		"PEM":                             text,
		"PEM without its last line break": text[:len(text)-1],
		"DER":                             der,
		"DER in base64url":                []byte(encode(der)),
		"DER in hexadecimal":              []byte(hex.EncodeToString(der)),
		"nothing":                         nil,
	}
	var jwk map[string]string
	switch key := public.(type) {
	case *rsa.PublicKey:
		old := x509.MarshalPKCS1PublicKey(key)
		forms["DER of PKCS #1"] = old
		forms["PEM of PKCS #1"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: old})
		forms["modulus"] = key.N.Bytes()
		forms["modulus in base64url"] = []byte(encode(key.N.Bytes()))
		jwk = map[string]string{"e": "AQAB", "kty": "RSA", "n": encode(key.N.Bytes())}
	case *ecdsa.PublicKey:
		point := must(key.Bytes())
		forms["point"] = point
		forms["x"] = point[1 : 1+len(point)/2]
		jwk = map[string]string{"crv": key.Params().Name, "kty": "EC", "x": encode(point[1 : 1+len(point)/2]), "y": encode(point[1+len(point)/2:])}
	case ed25519.PublicKey:
		forms["x"] = key
		jwk = map[string]string{"crv": "Ed25519", "kty": "OKP", "x": encode(key)}
	}
	forms["JWK"] = must(json.Marshal(jwk))
	forms["JWK set"] = must(json.Marshal(map[string]any{"keys": []any{jwk}}))
	return forms
}

func TestAnHMACUnderThePublicKeyIsNoSignature(t *testing.T) {
	v := newTestVerifier(t, 0)
	macs := map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}
	for _, alg := range []keyset.Algorithm{keyset.RS256, keyset.ES256, keyset.EdDSA} {
		kid := keyFor(alg)
		for form, secret := range writings(t, keys()[kid].Public()) {
			for mac, newHash := range macs {
				// Under its own name, and under the name of the key's algorithm.
				for header, want := range map[string]access.Reason{mac: access.AlgorithmRefused, string(alg): access.SignatureInvalid} {
					signed := encode(must(json.Marshal(map[string]string{"alg": header, "typ": "at+jwt", "kid": kid}))) + "." +
						partsOf(goodCompact(t, ProfileRFC9068, alg)).payload
					h := hmac.New(newHash, secret)
					h.Write([]byte(signed))
					verified, err := v.Verify(t.Context(), signed+"."+encode(h.Sum(nil)))
					if got := reasonOf(t, verified, err); got != want {
						t.Errorf("%s over the %s of %s, alg %s: Verify = %v, want %v", mac, form, kid, header, got, want)
					}
				}
			}
		}
	}
}

// A header may carry the very key it was signed with: it is not looked at.
func TestAKeyThatTheTokenBringsIsNotUsed(t *testing.T) {
	v := newTestVerifier(t, 0)
	for _, alg := range []keyset.Algorithm{keyset.RS256, keyset.ES256, keyset.EdDSA} {
		mine := other()[keyFor(alg)]
		jwk := json.RawMessage(writings(t, mine.Public())["JWK"])
		set := json.RawMessage(writings(t, mine.Public())["JWK set"])
		der := writings(t, mine.Public())["DER"]
		for name, value := range map[string]any{"jwk": jwk, "jwks": set, "x5c": []string{encode(der)}, "key": jwk, "cnf": map[string]any{"jwk": jwk}} {
			for _, kid := range []string{keyFor(alg), ""} {
				header := map[string]any{"alg": alg, "typ": "at+jwt", name: value}
				if kid != "" {
					header["kid"] = kid
				}
				raw := compact(alg, mine, string(must(json.Marshal(header))), string(decoded(partsOf(goodCompact(t, ProfileRFC9068, alg)).payload)))
				verified, err := v.Verify(t.Context(), raw)
				if got := reasonOf(t, verified, err); got != access.SignatureInvalid {
					t.Errorf("%s with its key in %s, kid %q: Verify = %v, want %v", alg, name, kid, got, access.SignatureInvalid)
				}
			}
		}
	}
}

// An issuer's key opens nothing for another issuer, whatever name the token gives
// it: their names are the same here.
func TestTheKeyOfOneIssuerSignsForNoOther(t *testing.T) {
	v := newTestVerifier(t, 0)
	for iss, rings := range map[string]map[string]keyring{
		rfc9068URL: {"its own": keys(), "the other's": other()},
		otherURL:   {"its own": other(), "the other's": keys()},
	} {
		for _, kid := range []string{"p256", ""} {
			for signer, ring := range rings {
				header := map[string]string{"alg": "ES256", "typ": "at+jwt"}
				if kid != "" {
					header["kid"] = kid
				}
				_, claims := goodToken(t, ProfileRFC9068)
				claims["iss"] = must(json.Marshal(iss))
				raw := compact(keyset.ES256, ring["p256"], string(must(json.Marshal(header))), string(must(json.Marshal(claims))))
				want := access.Allowed
				if signer != "its own" {
					want = access.SignatureInvalid
				}
				verified, err := v.Verify(t.Context(), raw)
				if got := reasonOf(t, verified, err); got != want {
					t.Errorf("a token of %s signed with %s key %q: Verify = %v, want %v", iss, signer, kid, got, want)
				}
			}
		}
	}
}

// All vectors before one verifier, each twice: what is remembered of one token
// tells nothing about another.
func TestAVerifierThatHasSeenAllVectorsAnswersAsAFreshOne(t *testing.T) {
	v := newTestVerifier(t, 0)
	var raws []string
	var wants []access.Reason
	for _, vector := range loadVectors(t) {
		if vector.After == 0 {
			raws, wants = append(raws, vector.token(t)), append(wants, vector.Expect)
		}
	}
	for round := range 2 {
		for i, raw := range raws {
			verified, err := v.Verify(t.Context(), raw)
			if got := reasonOf(t, verified, err); got != wants[i] {
				t.Errorf("round %d: Verify = %v, want %v", round, got, wants[i])
			}
		}
	}
	later, err := NewVerifier(testIssuers(), testedKnown, func() time.Time { return now.Add(time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	for i, raw := range raws {
		if _, err := later.Verify(t.Context(), raw); err == nil && wants[i] != access.Allowed && wants[i] != access.TokenNotYetValid {
			t.Errorf("a token that is refused with %v is let through an hour later", wants[i])
		}
	}
}

func TestThereAreAHundredHostileVectorsAndMore(t *testing.T) {
	reasons := map[access.Reason]int{}
	refused := 0
	for _, v := range loadVectors(t) {
		if v.Expect != access.Allowed {
			refused++
			reasons[v.Expect]++
		}
	}
	t.Logf("%d hostile vectors: %v", refused, reasons)
	if refused < 100 {
		t.Errorf("%d vectors are refused, want 100 at least", refused)
	}
}
