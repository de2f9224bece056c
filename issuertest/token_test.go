package issuertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

func getJSON(t *testing.T, url string) map[string]any {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != 200 {
		t.Fatalf("GET %s = %d, %v", url, response.StatusCode, err)
	}
	if got := response.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("GET %s has the type %q", url, got)
	}
	return answer
}

// read returns the header and the claims of a token.
func read(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts", len(parts))
	}
	for n, into := range []*map[string]any{&header, &claims} {
		text, err := base64.RawURLEncoding.Strict().DecodeString(parts[n])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// keysOf returns the issuer's keys as an authorizer sees them, freshly fetched.
func keysOf(t *testing.T, i *Issuer) *keyset.Set {
	t.Helper()
	keys, err := keyset.New(keyset.Config{URL: i.KeysURL()})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// signed says whether the key set has the token's key and the signature is its.
func signed(t *testing.T, keys *keyset.Set, token string) bool {
	t.Helper()
	header, _ := read(t, token)
	alg, err := keyset.ParseAlgorithm(header["alg"].(string))
	if err != nil {
		t.Fatal(err)
	}
	public, err := keys.Find(t.Context(), header["kid"].(string), alg)
	if err != nil {
		return false
	}
	end := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.Strict().DecodeString(token[end+1:])
	if err != nil {
		t.Fatal(err)
	}
	if alg == keyset.EdDSA {
		return ed25519.Verify(public.(ed25519.PublicKey), []byte(token[:end]), signature)
	}
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[string(alg[2:])]
	h := hash.New()
	h.Write([]byte(token[:end]))
	digest := h.Sum(nil)
	switch alg[0] {
	case 'R':
		return rsa.VerifyPKCS1v15(public.(*rsa.PublicKey), hash, digest, signature) == nil
	case 'P':
		return rsa.VerifyPSS(public.(*rsa.PublicKey), hash, digest, signature, &rsa.PSSOptions{SaltLength: hash.Size()}) == nil
	default:
		half := len(signature) / 2
		return ecdsa.Verify(public.(*ecdsa.PublicKey), digest, new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
	}
}

func TestEveryAlgorithmSignsAndIsPublished(t *testing.T) {
	i := starting(t, Config{})
	lengths := map[keyset.Algorithm]int{keyset.ES256: 64, keyset.ES384: 96, keyset.ES512: 132, keyset.EdDSA: 64}
	for _, alg := range keyset.Algorithms() {
		token := i.Sign(Token{Algorithm: string(alg)})
		if header, _ := read(t, token); header["alg"] != string(alg) {
			t.Errorf("alg = %v, want %s", header["alg"], alg)
		}
		if !signed(t, keysOf(t, i), token) {
			t.Errorf("the signature for %s does not hold", alg)
		}
		signature, _ := base64.RawURLEncoding.DecodeString(token[strings.LastIndexByte(token, '.')+1:])
		if want := lengths[alg]; want != 0 && len(signature) != want {
			t.Errorf("the signature for %s has %d octets, want %d", alg, len(signature), want)
		}
	}
	if keys := getJSON(t, i.KeysURL())["keys"].([]any); len(keys) != len(keyset.Algorithms()) {
		t.Errorf("%d keys published, want one per algorithm", len(keys))
	}
}

func TestTheKeySetHasNoPrivatePart(t *testing.T) {
	i := starting(t, Config{})
	for _, alg := range keyset.Algorithms() {
		i.Sign(Token{Algorithm: string(alg)})
	}
	for _, jwk := range getJSON(t, i.KeysURL())["keys"].([]any) {
		for name := range jwk.(map[string]any) {
			if !strings.Contains(" kty kid alg use n e crv x y ", " "+name+" ") {
				t.Errorf("a key has %s", name)
			}
		}
	}
}

func TestTheUsualTokenIsAnRFC9068AccessToken(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	i := starting(t, Config{Now: func() time.Time { return now }, Lifetime: 5 * time.Minute, Audience: "orders"})
	header, claims := read(t, i.Token(Claims{"scope": "orders/read"}))
	if want := (map[string]any{"alg": "EdDSA", "kid": i.KeyID(), "typ": "at+jwt"}); !reflect.DeepEqual(header, want) {
		t.Errorf("header = %v, want %v", header, want)
	}
	if jti, _ := claims["jti"].(string); len(jti) < 20 {
		t.Errorf("jti = %v", claims["jti"])
	}
	delete(claims, "jti")
	want := map[string]any{
		"iss": i.URL(), "sub": "subject", "aud": "orders", "client_id": "client", "scope": "orders/read",
		"iat": 1_800_000_000.0, "exp": 1_800_000_300.0,
	}
	if !reflect.DeepEqual(claims, want) {
		t.Errorf("claims = %v, want %v", claims, want)
	}
	if _, claims := read(t, starting(t, Config{}).Token(nil)); claims["aud"] != Audience {
		t.Errorf("aud = %v, want %s", claims["aud"], Audience)
	}
	if one, other := i.Token(nil), i.Token(nil); one == other {
		t.Error("two tokens are the same")
	}
}

func TestAnythingCanBeChangedOrTakenOut(t *testing.T) {
	i := starting(t, Config{})
	token := i.Sign(Token{
		Header: Header{"typ": nil, "alg": "none", "kid": "another", "crit": []string{"b64"}},
		Claims: Claims{"iss": nil, "aud": []string{"a", "b"}, "exp": "soon", "sub": json.RawMessage("null"), "cnf": map[string]any{"jkt": "x"}},
	})
	header, claims := read(t, token)
	if want := (map[string]any{"alg": "none", "kid": "another", "crit": []any{"b64"}}); !reflect.DeepEqual(header, want) {
		t.Errorf("header = %v, want %v", header, want)
	}
	sub, hasSub := claims["sub"]
	if _, has := claims["iss"]; has || !hasSub || sub != nil || claims["exp"] != "soon" || !reflect.DeepEqual(claims["aud"], []any{"a", "b"}) {
		t.Errorf("claims = %v", claims)
	}
}

func TestTokensThatNoIssuerShouldMake(t *testing.T) {
	now := time.Now()
	i := starting(t, Config{})
	at := func(claims map[string]any, name string) time.Time {
		seconds, _ := claims[name].(float64)
		return time.Unix(int64(seconds), 0)
	}
	extra := Claims{"scope": "orders/read"}
	for name, c := range map[string]struct {
		token string
		holds func(header, claims map[string]any) bool
	}{
		"expired":        {i.Expired(extra), func(_, c map[string]any) bool { return at(c, "exp").Before(now) && at(c, "iat").Before(at(c, "exp")) }},
		"not yet valid":  {i.NotYetValid(extra), func(_, c map[string]any) bool { return at(c, "nbf").After(now) && at(c, "exp").After(at(c, "nbf")) }},
		"wrong audience": {i.WrongAudience(extra), func(_, c map[string]any) bool { return c["aud"] != Audience && c["aud"] != nil }},
		"ID token": {i.IDToken(extra), func(h, c map[string]any) bool {
			return h["typ"] == "JWT" && c["client_id"] == nil && c["nonce"] != nil && c["aud"] == "client"
		}},
	} {
		header, claims := read(t, c.token)
		if !c.holds(header, claims) || claims["scope"] != "orders/read" || claims["iss"] != i.URL() {
			t.Errorf("%s: header %v, claims %v", name, header, claims)
		}
		if !signed(t, keysOf(t, i), c.token) {
			t.Errorf("%s: the signature does not hold", name)
		}
	}
	if len(extra) != 1 {
		t.Errorf("the claims given were changed: %v", extra)
	}
}

func TestAnUnknownKeyIsNotPublished(t *testing.T) {
	i := starting(t, Config{})
	if signed(t, keysOf(t, i), i.UnknownKey(nil)) {
		t.Error("the key of UnknownKey is in the set")
	}
	if signed(t, keysOf(t, i), i.Sign(Token{UnknownKey: true, Header: Header{"kid": i.KeyID()}})) {
		t.Error("a signature of an unknown key is that of a published one")
	}
	if !signed(t, keysOf(t, i), i.Token(nil)) {
		t.Error("the usual token is not signed by a published key")
	}
}

func TestRotatedKeysStayUntilTheyAreRevoked(t *testing.T) {
	i := starting(t, Config{})
	i.Sign(Token{Algorithm: "ES256"})
	first, old := i.KeyID(), i.Token(nil)
	i.Rotate()
	fresh := i.Token(nil)
	if header, _ := read(t, fresh); header["kid"] == first || header["kid"] != i.KeyID() {
		t.Errorf("kid = %v after a rotation of %s", header["kid"], first)
	}
	if keys := keysOf(t, i); !signed(t, keys, old) || !signed(t, keys, fresh) {
		t.Error("after a rotation one of the keys is missing")
	}
	i.RevokeOld()
	if keys := keysOf(t, i); signed(t, keys, old) || !signed(t, keys, fresh) {
		t.Error("after a revocation the old key is there or the new one is not")
	}
	if keys := getJSON(t, i.KeysURL())["keys"].([]any); len(keys) != 2 {
		t.Errorf("%d keys, want two", len(keys))
	}
}

func TestFetchesOfTheKeySetAreCounted(t *testing.T) {
	i := starting(t, Config{})
	keys := keysOf(t, i)
	if got := i.KeySetFetches(); got != 0 {
		t.Errorf("%d fetches before the first", got)
	}
	for range 10 {
		signed(t, keys, i.Token(nil))
	}
	getJSON(t, i.URL()+"/.well-known/openid-configuration")
	if got := i.KeySetFetches(); got != 1 {
		t.Errorf("%d fetches, want 1", got)
	}
	getJSON(t, i.KeysURL())
	if got := i.KeySetFetches(); got != 2 {
		t.Errorf("%d fetches, want 2", got)
	}
}
