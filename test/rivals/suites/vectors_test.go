package suites

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/internal/jose"
)

// refusedThoughValid are the vectors of asymmetric keys that Wycheproof holds
// valid and we refuse, with the member of the key that is to blame.
var refusedThoughValid = map[string]string{
	"json_web_signature 346": `"alg":"PS256"`, // the token says PS384 (RFC 7520, section 4.2)
	"json_web_signature 350": `"alg":"PS256"`,
	"json_web_signature 347": `"alg":"ES521"`, // no such algorithm; the token says ES512 (section 4.3)
	"json_web_signature 351": `"alg":"ES521"`,
}

// document returns the JWK set that a verifier gets in a group, and whether it
// is one of public keys.
func document(public, private json.RawMessage) (set []byte, isPublic bool) {
	keys := private
	if len(public) > 0 {
		keys, isPublic = public, true
	}
	if len(keys) == 0 {
		keys = json.RawMessage(`{}`)
	}
	if bytes.Contains(keys, []byte(`"keys"`)) {
		return keys, isPublic
	}
	return []byte(`{"keys":[` + string(keys) + `]}`), isPublic
}

func TestWycheproofsSignedTokens(t *testing.T) {
	for _, name := range []string{"json_web_signature", "json_web_key"} {
		t.Run(name, func(t *testing.T) {
			var accepted, refused, symmetric, exceptions int
			reasons := map[access.Reason]int{}
			others := map[string][]string{}
			for _, group := range loadVectors(t, name).TestGroups {
				set, isPublic := document(group.Public, group.Private)
				keys := keySet(t, set)
				whole, libraries := newVerifier(t, keys), rivals(t, set)
				for _, v := range group.Tests {
					raw, id := text(v.JWS), fmt.Sprintf("%s %d", name, v.ID)
					got := judge(t, keys, raw)
					reasons[got]++
					blame, excepted := refusedThoughValid[id]
					switch {
					case !isPublic: // HMAC, which we have not
						symmetric++
						if got == access.Allowed {
							t.Errorf("%s (%s): accepted with a key that is no public key", id, v.Comment)
						}
					case excepted:
						exceptions++
						without := bytes.Replace(compactJSON(t, set), []byte(blame+","), nil, 1)
						if again := judge(t, keySet(t, without), raw); got != access.KeyUnknown && got != access.KeysUnavailable || v.Result != "valid" || again != access.Allowed {
							t.Errorf("%s (%s): %v, and %v without the key's %s, want no key, and %v", id, v.Comment, got, again, blame, access.Allowed)
						}
					case v.Result == "valid":
						accepted++
						if got != access.Allowed {
							t.Errorf("%s (%s): %v, want it accepted", id, v.Comment, got)
						}
					default:
						refused++
						if got == access.Allowed {
							t.Errorf("%s (%s): accepted, want it refused", id, v.Comment)
						}
						for _, rival := range libraries {
							if rival.jws != nil && rival.jws(raw) {
								others[rival.name] = append(others[rival.name], fmt.Sprintf("%d %s", v.ID, v.Comment))
							}
						}
					}
					// No payload of these is an object of claims.
					if got := verify(t, whole, raw); got == access.Allowed {
						t.Errorf("%s (%s): let through as an access token", id, v.Comment)
					}
				}
			}
			if accepted == 0 || refused == 0 {
				t.Errorf("%d accepted and %d refused, want some of each", accepted, refused)
			}
			t.Logf("public keys: %d valid accepted, %d valid refused for their key's alg, %d invalid refused; secrets: %d refused", accepted, exceptions, refused, symmetric)
			t.Logf("reasons: %v", reasons)
			for name, list := range others {
				t.Logf("%s accepts %d invalid ones of public keys: %s", name, len(list), strings.Join(list, ", "))
			}
		})
	}
}

func compactJSON(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every one is refused, the valid ones too: nothing here decrypts.
func TestWycheproofsEncryptedTokens(t *testing.T) {
	reasons := map[access.Reason]int{}
	n := 0
	for _, group := range loadVectors(t, "json_web_encryption").TestGroups {
		set, _ := document(group.Public, group.Private)
		keys := keySet(t, set)
		whole := newVerifier(t, keys)
		for _, v := range group.Tests {
			raw := text(v.JWE)
			n++
			reasons[verify(t, whole, raw)]++
			if got := judge(t, keys, raw); got == access.Allowed || got != verify(t, whole, raw) {
				t.Errorf("vector %d (%s): %v, and %v by the whole verifier", v.ID, v.Comment, got, verify(t, whole, raw))
			}
			if strings.Count(raw, ".") == 4 && judge(t, keys, raw) != access.TokenEncrypted {
				t.Errorf("vector %d (%s): %v, want %v", v.ID, v.Comment, judge(t, keys, raw), access.TokenEncrypted)
			}
		}
	}
	if reasons[access.Allowed] != 0 || n == 0 {
		t.Errorf("%d of %d are let through", reasons[access.Allowed], n)
	}
	t.Logf("%d refused: %v", n, reasons)
}

// The same signatures as JWS has, without a token around them.
func TestWycheproofsBareSignatures(t *testing.T) {
	for algorithm, names := range map[keyset.Algorithm][]string{
		keyset.RS256: {"rsa_signature_2048_sha256", "rsa_signature_3072_sha256", "rsa_signature_4096_sha256", "rsa_signature_8192_sha256"},
		keyset.RS384: {"rsa_signature_2048_sha384", "rsa_signature_3072_sha384", "rsa_signature_4096_sha384", "rsa_signature_8192_sha384"},
		keyset.RS512: {"rsa_signature_2048_sha512", "rsa_signature_3072_sha512", "rsa_signature_4096_sha512", "rsa_signature_8192_sha512"},
		keyset.PS256: {"rsa_pss_2048_sha256_mgf1_32", "rsa_pss_3072_sha256_mgf1_32", "rsa_pss_4096_sha256_mgf1_32"},
		keyset.PS384: {"rsa_pss_2048_sha384_mgf1_48", "rsa_pss_4096_sha384_mgf1_48"},
		keyset.PS512: {"rsa_pss_4096_sha512_mgf1_64"},
		keyset.ES256: {"ecdsa_secp256r1_sha256_p1363"},
		keyset.ES384: {"ecdsa_secp384r1_sha384_p1363"},
		keyset.ES512: {"ecdsa_secp521r1_sha512_p1363"},
		keyset.EdDSA: {"ed25519"},
	} {
		for _, name := range names {
			t.Run(name, func(t *testing.T) {
				var accepted, refused, unfit int
				for _, group := range loadVectors(t, name).TestGroups {
					jwk := group.PublicKeyJwk
					if len(jwk) == 0 {
						jwk = group.KeyJwk
					}
					if len(jwk) == 0 {
						t.Fatalf("the group %q has no JWK", group.Comment)
					}
					key, err := keySet(t, []byte(`{"keys":[`+string(jwk)+`]}`)).Find(t.Context(), "", algorithm)
					for _, v := range group.Tests {
						holds := err == nil && jose.Verify(string(algorithm), key, decodeHex(t, v.Msg), decodeHex(t, v.Sig))
						switch {
						case err != nil && v.Result == "valid" && bytes.Contains(compactJSON(t, jwk), []byte(`"e":"Aw"`)):
							unfit++ // 3 is too small an exponent, see [keyset.Algorithm.Fits]
						case holds != (v.Result == "valid"): // acceptable ones may be refused, and are
							t.Errorf("vector %d (%s) holds: %v, it is %s", v.ID, v.Comment, holds, v.Result)
						case holds:
							accepted++
						default:
							refused++
						}
					}
				}
				if accepted == 0 || refused == 0 || unfit > 2 {
					t.Errorf("%d accepted, %d refused, %d valid ones with an exponent of 3", accepted, refused, unfit)
				}
				t.Logf("%s: %d accepted, %d refused, and %d valid ones whose key has an exponent of 3", algorithm, accepted, refused, unfit)
			})
		}
	}
}

func decodeHex(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
