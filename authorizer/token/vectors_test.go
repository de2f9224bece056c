package token

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// vector is a token as the test data tells it: a good token of a profile with
// some members of header and claims set or removed, or with the whole text of
// one of them; signed as its header says, or otherwise.
type vector struct {
	Name    string  `json:"name"`
	Profile Profile `json:"profile"`

	Header     map[string]json.RawMessage `json:"header"`
	Claims     map[string]json.RawMessage `json:"claims"`
	Remove     []string                   `json:"remove"` // names of claims; header parameters as "header.typ"
	HeaderText *string                    `json:"headerText"`
	ClaimsText *string                    `json:"claimsText"`

	SignAs  keyset.Algorithm `json:"signAs"`  // if not as the header says
	SignKey string           `json:"signKey"` // if not the issuer's key for that algorithm
	After   int              `json:"after"`   // seconds

	Expect access.Reason `json:"expect"`
	Scopes []string      `json:"scopes"` // what is granted, only with "allowed"
}

// possible are the reasons that this package can give.
func possible() []access.Reason {
	all := access.Reasons()
	first, last := slices.Index(all, access.TokenTooLarge), slices.Index(all, access.SignatureInvalid)
	return append(all[first:last+1:last+1], access.Allowed)
}

func loadVectors(t testing.TB) []vector {
	t.Helper()
	files := must(filepath.Glob("testdata/vectors/*.json"))
	var all []vector
	for _, file := range files {
		decoder := json.NewDecoder(bytes.NewReader(must(os.ReadFile(file))))
		decoder.DisallowUnknownFields()
		var vectors []vector
		if err := decoder.Decode(&vectors); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, v := range vectors {
			if !slices.Contains(possible(), v.Expect) {
				t.Fatalf("%s: %q expects %q, which is no reason of this package", file, v.Name, v.Expect)
			}
		}
		all = append(all, vectors...)
	}
	return all
}

func TestVectors(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range loadVectors(t) {
		if seen[v.Name] {
			t.Errorf("two vectors have the name %q", v.Name)
		}
		seen[v.Name] = true
		t.Run(v.Name, func(t *testing.T) {
			raw := v.token(t)
			verifier := newTestVerifier(t, time.Duration(v.After)*time.Second)
			verified, err := verifier.Verify(t.Context(), raw)
			if got := reasonOf(t, verified, err); got != v.Expect {
				t.Fatalf("Verify = %v (%v), want %v", got, err, v.Expect)
			}
			if v.Expect != access.Allowed {
				if v.Scopes != nil {
					t.Error("the vector is not allowed and yet grants scopes")
				}
				return
			}
			var got []string
			for _, scope := range verified.Caller().Scopes {
				got = append(got, scope.String())
			}
			if !slices.Equal(got, v.Scopes) {
				t.Errorf("scopes = %q, want %q", got, v.Scopes)
			}
		})
	}
}

func TestEveryReasonHasAVectorOrAHostileString(t *testing.T) {
	missing := possible()
	for _, v := range loadVectors(t) {
		missing = slices.DeleteFunc(missing, func(r access.Reason) bool { return r == v.Expect })
	}
	for _, c := range hostileStrings {
		missing = slices.DeleteFunc(missing, func(r access.Reason) bool { return r == c.want })
	}
	if len(missing) > 0 {
		t.Errorf("no vector expects %q", missing)
	}
}

func TestNegativeVectorsOutnumberPositiveOnes(t *testing.T) {
	var allowed, refused int
	for _, v := range loadVectors(t) {
		if v.Expect == access.Allowed {
			allowed++
		} else {
			refused++
		}
	}
	if refused < 2*allowed {
		t.Errorf("%d vectors are refused and %d allowed, want at least twice as many", refused, allowed)
	}
}

// token returns the vector's token.
func (v vector) token(t testing.TB) string {
	t.Helper()
	header, claims := goodToken(t, v.Profile)
	for name, value := range v.Header {
		header[name] = value
	}
	for name, value := range v.Claims {
		claims[name] = value
	}
	for _, name := range v.Remove {
		if parameter, ok := strings.CutPrefix(name, "header."); ok {
			delete(header, parameter)
		} else {
			delete(claims, name)
		}
	}
	headerText, claimsText := string(must(json.Marshal(header))), string(must(json.Marshal(claims)))
	if v.HeaderText != nil {
		headerText = *v.HeaderText
	}
	if v.ClaimsText != nil {
		claimsText = *v.ClaimsText
	}

	alg := v.SignAs
	if alg == "" {
		if err := json.Unmarshal(header["alg"], &alg); err != nil {
			alg = keyset.RS256
		}
	}
	key := keys()[keyFor(alg)]
	switch v.SignKey {
	case "":
	case "other":
		key = other()[keyFor(alg)]
	case "weak":
		key = weak()
	default:
		t.Fatalf("%q is no signKey", v.SignKey)
	}
	return compact(alg, key, headerText, claimsText)
}

// goodToken returns header and claims of a token that is let through.
func goodToken(t testing.TB, profile Profile) (header, claims map[string]json.RawMessage) {
	t.Helper()
	file := must(os.ReadFile("testdata/good.json"))
	var good map[Profile]struct{ Header, Claims map[string]json.RawMessage }
	if err := json.Unmarshal(file, &good); err != nil {
		t.Fatal(err)
	}
	token, ok := good[profile]
	if !ok {
		t.Fatalf("no good token of the profile %q", profile)
	}
	return maps.Clone(token.Header), maps.Clone(token.Claims)
}

// goodCompact returns a token that is let through, signed with alg.
func goodCompact(t testing.TB, profile Profile, alg keyset.Algorithm) string {
	t.Helper()
	return vector{Profile: profile, Header: map[string]json.RawMessage{
		"alg": must(json.Marshal(alg)), "kid": must(json.Marshal(keyFor(alg))),
	}}.token(t)
}
