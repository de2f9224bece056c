package jose

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// read does what a verifier does before it looks for a key.
func read(raw string) (*Token, access.Reason) {
	var t Token
	for _, step := range []func() *Refusal{func() *Refusal { return t.Split(raw) }, t.ReadHeader, t.CheckHeader} {
		if r := step(); r != nil {
			return nil, r.Reason
		}
	}
	return &t, access.Allowed
}

func TestAPayloadMayBeAnything(t *testing.T) {
	for _, payload := range []string{"", "foo", "{", "\x00\xff", `{"iss":"joe"}`} {
		raw := encode(`{"alg":"ES256","kid":"1","typ":"x"}`) + "." + encode(payload) + "." + encode("signature")
		token, reason := read(raw)
		if reason != access.Allowed {
			t.Errorf("payload %q: %v", payload, reason)
			continue
		}
		if string(token.Payload) != payload || string(token.Signed)+"."+encode(string(token.Signature)) != raw ||
			token.Algorithm != "ES256" || token.KeyID != "1" || token.MediaType != "x" || !token.HasMediaType {
			t.Errorf("payload %q: read as %+v", payload, token)
		}
	}
}

func TestFormsAndHeadersThatAreRefused(t *testing.T) {
	good := encode(`{"alg":"ES256"}`)
	for raw, want := range map[string]access.Reason{
		"":                                      access.TokenMalformed,
		"..":                                    access.TokenMalformed,
		"...":                                   access.TokenMalformed,
		"....":                                  access.TokenEncrypted,
		good + ".Zm9v":                          access.TokenMalformed,
		good + ".Zm9v.Zm8=":                     access.TokenMalformed,
		good + ".Zm9v.Zm9":                      access.TokenMalformed, // bits that are not zero
		good + ".Zm9\nv.Zm9v":                   access.TokenMalformed,
		good + ".Zm9v.+m9v":                     access.TokenMalformed,
		".Zm9v.Zm9v":                            access.TokenMalformed,
		encode(`"alg"`) + ".Zm9v.Zm9v":          access.TokenMalformed,
		encode(`{}`) + ".Zm9v.Zm9v":             access.TokenMalformed,
		encode(`{"alg":1}`) + ".Zm9v.Zm9v":      access.TokenMalformed,
		encode(`{"ALG":"ES256"}`) + ".Zm9v.":    access.TokenMalformed,
		encode(`{"alg":"a","alg":"b"}`) + ".a.": access.TokenMalformed,
		encode(`{"alg":"ES256","kid":""}`) + ".Zm9v.Zm9v":     access.TokenMalformed,
		encode(`{"alg":"ES256","kid":null}`) + ".Zm9v.Zm9v":   access.TokenMalformed,
		encode(`{"alg":"ES256","typ":[]}`) + ".Zm9v.Zm9v":     access.TokenMalformed,
		encode(`{"alg":"ES256","crit":[]}`) + ".Zm9v.Zm9v":    access.HeaderRefused,
		encode(`{"alg":"ES256","b64":true}`) + ".Zm9v.Zm9v":   access.HeaderRefused,
		encode(`{"alg":"ES256","enc":null}`) + ".Zm9v.Zm9v":   access.HeaderRefused,
		encode(`{"alg":"ES256","zip":"DEF"}`) + ".Zm9v.Zm9v":  access.HeaderRefused,
		good + "." + strings.Repeat("A", MaxBytes) + ".Zm9v":  access.TokenTooLarge,
		strings.Repeat(".", MaxBytes+1):                       access.TokenTooLarge,
		encode(strings.Repeat("[", MaxDepth+1)) + ".Zm9v.Zm9": access.TokenMalformed,
	} {
		if token, reason := read(raw); token != nil || reason != want {
			t.Errorf("%.60q = %v, want %v", raw, reason, want)
		}
	}
}

func TestAnUnknownAlgorithmOrKeyVerifiesNothing(t *testing.T) {
	for _, algorithm := range []string{"", "none", "None", "HS256", "ES256K", "Ed25519", "rs256", "RS256 ", "EdDSA", "ES256", "PS256", "RS256"} {
		for _, key := range []any{nil, "secret", []byte("secret"), make([]byte, 32)} {
			if Verify(algorithm, key, []byte("signed"), nil) || Verify(algorithm, key, nil, []byte("signature")) {
				t.Errorf("%q verifies with the key %v", algorithm, key)
			}
		}
	}
}
