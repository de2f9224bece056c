package token

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// shapeFile is one provider's tokens: how the issuer is trusted, a good token of
// the shape that the provider documents, and what becomes of others. Which were
// recorded from the real program, docs/providers says.
type shapeFile struct {
	Issuer struct {
		URL         string             `json:"url"`
		Profile     Profile            `json:"profile"`
		Algorithms  []keyset.Algorithm `json:"algorithms"`
		Audience    string             `json:"audience"` // if not that of all
		Clients     []string           `json:"clients"`  // if not any
		Groups      []string           `json:"groups"`
		Person      string             `json:"person"`
		Mark        []string           `json:"mark"`
		ScopeClaim  string             `json:"scopeClaim"`
		ScopeList   bool               `json:"scopeList"`
		ClientClaim string             `json:"clientClaim"`
		Spellings   map[string]string  `json:"spellings"`
	} `json:"issuer"`
	Header  map[string]json.RawMessage `json:"header"`
	Claims  map[string]json.RawMessage `json:"claims"`
	Vectors []shapeVector              `json:"vectors"`
}

// shapeVector is a token of the shape, changed, and what becomes of it. What
// is not told of a caller must not be there.
type shapeVector struct {
	vector
	Kind  access.Kind `json:"kind"`
	Roles []string    `json:"roles"`
	Looks string      `json:"looks"` // checked where it is told
}

const ordersAudience = "https://orders.example.com"

func loadShapes(t testing.TB) map[string]shapeFile {
	t.Helper()
	shapes := map[string]shapeFile{}
	for _, path := range must(filepath.Glob("testdata/shapes/*.json")) {
		decoder := json.NewDecoder(bytes.NewReader(must(os.ReadFile(path))))
		decoder.DisallowUnknownFields()
		var f shapeFile
		if err := decoder.Decode(&f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		shapes[strings.TrimSuffix(filepath.Base(path), ".json")] = f
	}
	return shapes
}

// shapeVerifier trusts the issuers of all shapes, side by side. Each has keys of
// its own, under the same names.
func shapeVerifier(t testing.TB, shapes map[string]shapeFile, keys map[string]keyring) *Verifier {
	t.Helper()
	var issuers []Issuer
	for name, f := range shapes {
		audience := f.Issuer.Audience
		if audience == "" {
			audience = ordersAudience
		}
		if keys[name] == nil {
			keys[name] = newKeyring()
		}
		issuers = append(issuers, Issuer{
			Name: name, ID: name, URL: f.Issuer.URL, Profile: f.Issuer.Profile, Algorithms: f.Issuer.Algorithms,
			Audiences: map[string]string{"orders": audience}, Clients: f.Issuer.Clients, AnyClient: len(f.Issuer.Clients) == 0, Keys: keys[name],
			Groups: f.Issuer.Groups, Person: f.Issuer.Person, Mark: f.Issuer.Mark,
			ScopeClaim: f.Issuer.ScopeClaim, ScopeList: f.Issuer.ScopeList, ClientClaim: f.Issuer.ClientClaim, Spellings: f.Issuer.Spellings,
		})
	}
	v, err := NewVerifier(issuers, testedKnown, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// token returns the vector's token, signed with the key of its shape or, with
// the signKey "other", with one of the same name of another issuer.
func (f shapeFile) token(t testing.TB, v shapeVector, keys keyring) string {
	t.Helper()
	header, claims := changed(f.Header, v.Header, v.Remove, "header."), changed(f.Claims, v.Claims, v.Remove, "")
	text := string(must(json.Marshal(claims)))
	if v.ClaimsText != nil {
		text = *v.ClaimsText
	}
	var alg keyset.Algorithm
	if err := json.Unmarshal(header["alg"], &alg); err != nil {
		t.Fatal(err)
	}
	if v.SignKey == "other" {
		keys = other()
	}
	return compact(alg, keys[keyFor(alg)], string(must(json.Marshal(header))), text)
}

// changed returns a copy with some members set and those removed that are named
// with the prefix.
func changed(members, set map[string]json.RawMessage, remove []string, prefix string) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, from := range []map[string]json.RawMessage{members, set} {
		for name, value := range from {
			all[name] = value
		}
	}
	for _, name := range remove {
		if rest, ok := strings.CutPrefix(name, prefix); ok && (prefix != "" || !strings.HasPrefix(name, "header.")) {
			delete(all, rest)
		}
	}
	return all
}

func TestTheTokensOfEveryProvider(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	verifier := shapeVerifier(t, shapes, keys)
	seen := map[Profile]bool{ProfileCognito: true, ProfileRFC9068: true} // in testdata/vectors
	for name, f := range shapes {
		seen[f.Issuer.Profile] = true
		allowed, refused := 0, 0
		for _, v := range f.Vectors {
			if v.Expect == access.Allowed {
				allowed++
			} else {
				refused++
			}
			t.Run(name+"/"+v.Name, func(t *testing.T) {
				verified, err := verifier.Verify(t.Context(), f.token(t, v, keys[name]))
				if got := reasonOf(t, verified, err); got != v.Expect {
					t.Fatalf("Verify = %v (%v), want %v", got, err, v.Expect)
				}
				if v.Expect != access.Allowed {
					if refused := err.(*Error); v.Looks != "" && refused.Looks != v.Looks {
						t.Errorf("it looks like %q, want %q", refused.Looks, v.Looks)
					}
					return
				}
				caller := verified.Caller()
				scopes := []string{}
				for _, s := range caller.Scopes {
					scopes = append(scopes, s.String())
				}
				if !slices.Equal(scopes, v.Scopes) || caller.Kind != v.Kind || !slices.Equal(caller.Roles, v.Roles) || caller.Identity != name || caller.Issuer != f.Issuer.URL || caller.ClientID == "" {
					t.Errorf("caller = %+v, want scopes %q, kind %q, roles %q of %q", caller, v.Scopes, v.Kind, v.Roles, name)
				}
			})
		}
		if allowed == 0 || refused < allowed {
			t.Errorf("%s: %d are allowed and %d refused, want more that are refused", name, allowed, refused)
		}
	}
	for _, p := range Profiles() {
		if !seen[p] {
			t.Errorf("the profile %q has no file of vectors", p)
		}
	}
}

// TestIssuersSideBySideNeverMix signs each shape's good token with the keys of
// each other issuer, under the same kid, and says that it is of each other issuer.
func TestIssuersSideBySideNeverMix(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	verifier := shapeVerifier(t, shapes, keys)
	for name, f := range shapes {
		for another := range shapes {
			raw := f.token(t, shapeVector{}, keys[another])
			verified, err := verifier.Verify(t.Context(), raw)
			want := access.SignatureInvalid
			if name == another {
				want = access.Allowed
			}
			if got := reasonOf(t, verified, err); got != want {
				t.Errorf("a token of %s with the key of %s: %v, want %v", name, another, got, want)
			}
			if name == another {
				continue
			}
			says := shapeVector{vector: vector{Claims: map[string]json.RawMessage{"iss": must(json.Marshal(shapes[another].Issuer.URL))}}}
			if verified, err := verifier.Verify(t.Context(), f.token(t, says, keys[name])); err == nil {
				t.Errorf("a token of %s that says it is of %s is let through: %+v", name, another, verified.Caller())
			}
		}
	}
}

func TestOneSubjectAtTwoIssuersIsTwoCallers(t *testing.T) {
	shapes, keys := loadShapes(t), map[string]keyring{}
	for name, f := range shapes {
		f.Issuer.Clients = nil // of a workload, sub is the client
		shapes[name] = f
	}
	verifier := shapeVerifier(t, shapes, keys)
	callers := map[string]bool{}
	for name, f := range shapes {
		same := shapeVector{vector: vector{Claims: map[string]json.RawMessage{"sub": json.RawMessage(`"same"`)}}}
		verified, err := verifier.Verify(t.Context(), f.token(t, same, keys[name]))
		if err != nil {
			t.Fatal(name, err)
		}
		c := verified.Caller()
		if c.Subject != "same" || c.Identity != name || callers[c.Issuer] {
			t.Errorf("%s: caller = %+v", name, c)
		}
		callers[c.Issuer] = true
	}
}
