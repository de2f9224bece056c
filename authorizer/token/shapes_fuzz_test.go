package token

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// A token of any shape in which one bit is another is never let through.
func TestAChangedBitOfAnyShapeIsNeverLetThrough(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	v := shapeVerifier(t, shapes, keys)
	for name, f := range shapes {
		good := f.with(t, `{}`, keys[name])
		if _, err := v.Verify(t.Context(), good); err != nil {
			t.Fatalf("%s: the good token is refused: %v", name, err)
		}
		token := []byte(good)
		for bit := range len(token) * 8 {
			token[bit/8] ^= 1 << (bit % 8)
			if _, err := v.Verify(t.Context(), string(token)); err == nil {
				t.Errorf("%s: the token with bit %d changed is let through", name, bit)
			}
			token[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// Cuts, insertions and exchanges never make another token that is let through.
func FuzzAMutatedTokenOfAnyShapeIsNeverLetThrough(f *testing.F) {
	shapes, keys := loadShapes(f), map[string]keyring{}
	v := shapeVerifier(f, shapes, keys)
	var good []string
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		good = append(good, shapes[name].with(f, `{}`, keys[name]))
	}
	for which := range good {
		f.Add(which, 10, 1, "A")
		f.Add(which, 600, 0, "=")
		f.Add(which, 5, 400, ".")
	}
	f.Fuzz(func(t *testing.T, which, at, cut int, insert string) {
		token := good[abs(which)%len(good)]
		at = abs(at) % (len(token) + 1)
		cut = abs(cut) % (len(token) - at + 1)
		mutated := token[:at] + insert + token[at+cut:]
		verified, err := v.Verify(t.Context(), mutated)
		reasonOf(t, verified, err)
		if err == nil && mutated != token {
			t.Fatalf("a token with %d bytes at %d replaced by %q is let through", cut, at, insert)
		}
	})
}

// Whatever stands where a provider has client, scopes and what tells its tokens
// apart, rightly signed: what is let through has all of it in so many words.
func FuzzShapes(f *testing.F) {
	shapes, keys := loadShapes(f), map[string]keyring{}
	names := slices.Sorted(maps.Keys(shapes))
	for _, name := range names {
		s := shapes[name]
		s.Issuer.Algorithms = []keyset.Algorithm{keyset.EdDSA} // quick to sign
		shapes[name] = s
	}
	v := shapeVerifier(f, shapes, keys)
	for n, name := range names {
		for _, vector := range shapes[name].Vectors {
			header, claims := effective(shapes[name], vector)
			f.Add(n, header, claims)
		}
	}
	f.Fuzz(func(t *testing.T, which int, header, claims string) {
		name := names[abs(which)%len(names)]
		verified, err := v.Verify(t.Context(), compact(keyset.EdDSA, keys[name]["ed"], header, claims))
		reasonOf(t, verified, err)
		if err != nil {
			if looks := err.(*Error).Looks; looks != "" && !slices.Contains(Looks(), looks) {
				t.Fatalf("%s looks like %q", claims, looks)
			}
			return
		}
		// encoding/json reads the same text here: it has no names twice.
		var said map[string]any
		d := json.NewDecoder(bytes.NewReader([]byte(claims)))
		d.UseNumber()
		if err := d.Decode(&said); err != nil {
			t.Fatal(err)
		}
		c := verified.Caller()
		if c.Identity != name || c.Issuer != shapes[name].Issuer.URL || said["iss"] != c.Issuer || said["sub"] != c.Subject || c.ClientID == "" {
			t.Fatalf("%s of %s gives %+v", claims, name, c)
		}
		for _, foreign := range []string{"cnf", "nonce", "at_hash", "c_hash", "events"} {
			if _, ok := said[foreign]; ok {
				t.Fatalf("%s of %s is let through", claims, name)
			}
		}
		if wrong := misread(shapes[name], said, c, verified.Scope()); wrong != "" {
			t.Fatalf("%s of %s gives %+v: %s", claims, name, c, wrong)
		}
	})
}

// effective returns the texts of header and claims of a vector, for EdDSA.
func effective(f shapeFile, v shapeVector) (header, claims string) {
	h := changed(f.Header, v.Header, v.Remove, "header.")
	h["alg"], h["kid"] = json.RawMessage(`"EdDSA"`), json.RawMessage(`"ed"`)
	if v.ClaimsText != nil {
		return string(must(json.Marshal(h))), *v.ClaimsText
	}
	return string(must(json.Marshal(h))), string(must(json.Marshal(changed(f.Claims, v.Claims, v.Remove, ""))))
}

// misread says what of a token that was let through is not as its profile has it,
// read a second time and in another way.
func misread(f shapeFile, said map[string]any, c *access.Caller, scope string) string {
	client, scopes, list := "azp", "scope", false
	switch f.Issuer.Profile {
	case ProfileOkta:
		client, scopes, list = "cid", "scp", true
		if id, _ := said["jti"].(string); said["ver"] != json.Number("1") || !strings.HasPrefix(id, "AT.") {
			return "ver or jti"
		}
	case ProfileAuth0:
		if _, ok := said["azp"]; !ok {
			client = "client_id"
		}
		if f.Issuer.ScopeClaim != "" {
			scopes, list = "permissions", true
		}
	case ProfileEntraV1, ProfileEntraV2:
		shown, version := "azpacr", "2.0"
		if f.Issuer.Profile == ProfileEntraV1 {
			client, shown, version = "appid", "appidacr", "1.0"
		}
		scopes = "scp"
		if _, ok := said["scp"]; !ok {
			if scopes, list = "roles", true; c.Kind != access.KindMachine {
				scopes = "scp" // roles are a person's
			}
		}
		if how, _ := said[shown].(string); how == "" || said["ver"] != version || !strings.Contains(f.Issuer.URL, said["tid"].(string)) {
			return "ver, tid or how the client was shown"
		}
	case ProfileKeycloak:
		if said["typ"] != "Bearer" {
			return "typ"
		}
	case ProfileOIDC, ProfileWorkload:
		client, list = "client_id", f.Issuer.ScopeList
		scopes = or(f.Issuer.ScopeClaim, scopes)
		if f.Issuer.Profile == ProfileWorkload {
			client = "sub"
			if scope != "" || len(c.Scopes) > 0 || c.Kind != access.KindMachine {
				return "the scopes or the kind of a workload"
			}
			return same(said[client], c.ClientID)
		}
		if said[f.Issuer.Mark[0]] == nil {
			return "the mark"
		}
	}
	words := strings.Fields(scope)
	switch claim := said[scopes].(type) {
	case nil:
		if scope != "" {
			return "scopes of nowhere"
		}
	case string:
		if list || claim != scope {
			return "a text of scopes"
		}
	case []any:
		if !list || len(claim) != len(words) || slices.ContainsFunc(claim, func(e any) bool { return !slices.Contains(words, e.(string)) }) {
			return "a list of scopes"
		}
	default:
		return "scopes that are neither a text nor a list"
	}
	return same(said[client], c.ClientID)
}

func same(said any, client string) string {
	if said != client {
		return "the client"
	}
	return ""
}
