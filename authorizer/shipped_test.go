package authorizer_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// goodKey is the public key of RFC 8037, appendix A.2.
const goodKey = `{"kty":"OKP","crv":"Ed25519","kid":"2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

func keysFile(sets ...string) string {
	return `{"version":1,"sets":{` + strings.Join(sets, ",") + `}}`
}

func TestParseKeysReadsASetForEachIdentity(t *testing.T) {
	got, err := authorizer.ParseKeys([]byte(keysFile(`"Main/Users":{"keys":[`+goodKey+`]}`, `"a \u0022b\u0022":{"keys":[`+strings.Replace(goodKey, "2026", "2027", 1)+`],"more":1}`)))
	if err != nil || len(got) != 2 {
		t.Fatalf("ParseKeys = %v, %v, want two sets", got, err)
	}
	for name, kid := range map[string]string{"Main/Users": "2026", `a "b"`: "2027"} {
		for _, asked := range []string{"2026", "2027"} {
			if public, err := got[name].Find(t.Context(), asked, keyset.EdDSA); (err == nil) != (asked == kid) || (public != nil) != (asked == kid) {
				t.Errorf("Find(%q) of %q = %v, %v", asked, name, public, err)
			}
		}
	}
}

func TestParseKeysRefuses(t *testing.T) {
	good := `"Users":{"keys":[` + goodKey + `]}`
	var many []string
	for n := range 33 {
		many = append(many, fmt.Sprintf(`"%d":{"keys":[%s]}`, n, goodKey))
	}
	secret := "c2VjcmV0c2VjcmV0"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "offset 0"},
		{"garbage", secret, "offset 0"},
		{"half of it", keysFile(good)[:60], "offset"},
		{"something behind it", keysFile(good) + "{}", "offset"},
		{"a list", "[]", "keys, must be a JSON object, got an array"},
		{"a key set", `{"keys":[` + goodKey + `]}`, "version, is not one"},
		{"no version", `{"sets":{` + good + `}}`, "version, is not one"},
		{"the next version", strings.Replace(keysFile(good), `:1,`, `:2,"news":1,`, 1), `version, is not one this authorizer reads, got "2"`},
		{"a version in quotes", strings.Replace(keysFile(good), `:1,`, `:"1",`, 1), "version, is not one"},
		{"a member nobody knows", strings.Replace(keysFile(good), `:1,`, `:1,"url":"https://evil.example",`, 1), `member "url", is not known`},
		{"sets in another case beside them", strings.Replace(keysFile(good), `:1,`, `:1,"SETS":{},`, 1), `member "SETS", is not known`},
		{"sets in another case", strings.Replace(keysFile(good), `"sets"`, `"Sets"`, 1), `member "Sets", is not known`},
		{"no sets", `{"version":1}`, "sets, must be an object, got nothing"},
		{"sets in a list", `{"version":1,"sets":[]}`, "sets, must be an object, got an array"},
		{"sets that are null", `{"version":1,"sets":null}`, "sets, must be an object, got null"},
		{"no set", keysFile(), "sets, is empty"},
		{"too many sets", keysFile(many...), "sets, has too many, got 33, at most 32"},
		{"one identity twice", keysFile(good, good), "offset"},
		{"one identity twice, once in other letters", keysFile(good, strings.Replace(good, "U", `\u0055`, 1)), "offset"},
		{"a set that is null", keysFile(`"Users":null`), `identity "Users", key set, is not a JSON object`},
		{"a set in quotes", keysFile(`"Users":"{}"`), `identity "Users", key set, is not a JSON object`},
		{"a set without keys", keysFile(`"Users":{}`), `identity "Users", key set, has no array named keys`},
		{"an empty set", keysFile(`"Users":{"keys":[]}`), `identity "Users", key set, has no key`},
		{"a set of no use", keysFile(`"Users":{"keys":[{"kty":"RSA","n":"AQAB","e":"Aw"}]}`), `identity "Users", key set, has no key that can be used`},
		{"a private key", keysFile(good, `"Others":{"keys":[`+strings.Replace(goodKey, `{`, `{"d":"`+secret+`",`, 1)+`]}`), `identity "Others", key set, key 1 of 1 has secret parts`},
		{"a symmetric key", keysFile(`"Users":{"keys":[` + goodKey + `,{"kty":"oct","k":"` + secret + `"}]}`), `identity "Users", key set, key 2 of 2 has secret parts`},
		{"too deep", keysFile(`"Users":{"keys":[` + goodKey + `],"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`), "offset"},
		{"a set larger than one that is fetched", keysFile(`"Users":{"x":"` + strings.Repeat("x", 150<<10) + `","keys":[` + goodKey + `]}`), `identity "Users", key set, is not strict JSON`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := authorizer.ParseKeys([]byte(c.text))
			if got != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("ParseKeys = %v, %v, want an error with %q", got, err, c.want)
			}
			if strings.Contains(err.Error(), secret[:8]) || strings.Contains(err.Error(), "evil") {
				t.Errorf("the error quotes the text: %v", err)
			}
		})
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte(keysFile(`"Users":{"keys":[` + goodKey + `]}`)))
	f.Add([]byte(keysFile(`"Users":{"keys":[{"kty":"oct","k":"AA"}]}`, `"":null`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := authorizer.ParseKeys(text)
		if (len(got) == 0) != (err != nil) {
			t.Errorf("ParseKeys(%q) = %v, %v", text, got, err)
		}
		for name, keys := range got {
			if keys == nil || !keys.Fits(keyset.Algorithms()) {
				t.Errorf("ParseKeys(%q) lets %q pass without a key", text, name)
			}
		}
	})
}

// withShippedKeys is an environment in which the keys of the first n issuers
// are beside the table, as they are now.
func withShippedKeys(t testing.TB, n int, issuers ...*issuer) environment {
	t.Helper()
	e := newEnvironment(t, issuers...)
	var sets []string
	for i, issuer := range issuers[:n] {
		e["SCOPEWAY_IDENTITIES"] = strings.Replace(e["SCOPEWAY_IDENTITIES"], fmt.Sprintf(`"keys":%q`, issuer.front.URL), `"keys":"shipped"`, 1)
		sets = append(sets, fmt.Sprintf(`"Users%d":%s`, i, issuer.keySet()))
	}
	writeKeys(t, e, keysFile(sets...))
	return e
}

func writeKeys(t testing.TB, e environment, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(e["LAMBDA_TASK_ROOT"], "keys.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// started is an authorizer that an environment came to.
func started(t testing.TB, e environment) (ask func(raw string) outcome, startedWith string) {
	t.Helper()
	var out bytes.Buffer
	a := authorizer.Load(t.Context(), authorizer.Config{Out: &out}, e.get)
	return func(raw string) outcome {
		t.Helper()
		out.Reset()
		var o outcome
		o.answer, o.err = a.Handle(t.Context(), request{authorization: "Bearer " + raw}.event(t))
		o.output = out.String()
		o.line, o.faults = readOutput(t, o.output)
		return o
	}, out.String()
}

func TestShippedKeysAreUsedAndNothingIsFetched(t *testing.T) {
	one, two, fetching := newIssuer(t), newIssuer(t), newIssuer(t)
	ask, said := started(t, withShippedKeys(t, 2, one, two, fetching))
	if said != "" {
		t.Fatalf("the start wrote %s", said)
	}
	for range 2 { // a new token, and then a remembered one
		raw1, raw2, raw3 := one.token(), two.token(), fetching.token()
		for range 2 {
			ask(raw1).check(t, access.Allowed)
			ask(raw2).check(t, access.Allowed)
			ask(raw3).check(t, access.Allowed)
		}
	}
	ask(one.token(one.byStranger())).check(t, access.SignatureInvalid)
	unknown := ask(one.token(header("kid", "elsewhere")))
	unknown.check(t, access.KeyUnknown)
	if !strings.Contains(unknown.line.Detail, "shipped key set") || strings.Contains(unknown.line.Detail, "elsewhere") {
		t.Errorf("detail = %q, want it to name the shipped key set", unknown.line.Detail)
	}
	// In the name of one, signed by another, under the name of the one's key.
	ask(two.token(claim("iss", one.URL()), header("kid", one.KeyID()))).check(t, access.SignatureInvalid)
	ask(fetching.token(claim("iss", one.URL()), header("kid", one.KeyID()))).check(t, access.SignatureInvalid)
	ask(one.token(claim("iss", fetching.URL()), header("kid", fetching.KeyID()))).check(t, access.SignatureInvalid)

	// A rotation is not followed, and a key that the provider has revoked works,
	// until the next deploy.
	old := one.token()
	one.Rotate()
	one.RevokeOld()
	ask(one.token()).check(t, access.KeyUnknown)
	ask(old).check(t, access.Allowed)
	if n := one.fetches.Load() + two.fetches.Load(); n != 0 {
		t.Errorf("shipped keys were fetched %d times", n)
	}
	ask, _ = started(t, withShippedKeys(t, 2, one, two, fetching))
	ask(one.token()).check(t, access.Allowed)
	ask(old).check(t, access.KeyUnknown)
}

func TestShippedKeysThatCannotBeUsedCloseTheAuthorizer(t *testing.T) {
	one, two := newIssuer(t), newIssuer(t)
	own := func(i *issuer) string { return string(i.keySet()) }
	for name, c := range map[string]struct {
		change func(e environment)
		want   string
	}{
		"no file": {func(e environment) { os.Remove(filepath.Join(e["LAMBDA_TASK_ROOT"], "keys.json")) }, "keys.json, is not there"},
		"a folder": {func(e environment) {
			p := filepath.Join(e["LAMBDA_TASK_ROOT"], "keys.json")
			if err := errors.Join(os.Remove(p), os.Mkdir(p, 0o700)); err != nil {
				t.Fatal(err)
			}
		}, "keys.json, "},
		"an empty file":        {func(e environment) { writeKeys(t, e, "") }, "keys.json, "},
		"a file of nine MB":    {func(e environment) { writeKeys(t, e, strings.Repeat(" ", 9<<20)) }, "keys.json, is larger than 8 MB"},
		"a later version":      {func(e environment) { writeKeys(t, e, `{"version":2}`) }, "keys.json, version, "},
		"keys of another name": {func(e environment) { writeKeys(t, e, keysFile(`"Users1":`+own(two), `"users0":`+own(one))) }, `identity "Users0", keys, are not in keys.json`},
		"keys of one only":     {func(e environment) { writeKeys(t, e, keysFile(`"Users0":`+own(one))) }, `identity "Users1", keys, are not in keys.json`},
		"one key for both":     {func(e environment) { writeKeys(t, e, keysFile(`"Users0":`+own(one), `"Users1":`+own(one))) }, `identity "Users1", keys, hold one that is the identity "Users0"'s too`},
		"keys of another kind": {func(e environment) {
			writeKeys(t, e, keysFile(`"Users0":{"keys":[`+goodKey+`]}`, `"Users1":`+own(two)))
		}, `identity "Users0", keys, hold none for its algorithms`},
		"an empty set": {func(e environment) { writeKeys(t, e, keysFile(`"Users0":{"keys":[]}`, `"Users1":`+own(two))) }, `keys.json, identity "Users0", key set, has no key`},
		"a private key": {func(e environment) {
			writeKeys(t, e, strings.Replace(keysFile(`"Users0":`+own(one), `"Users1":`+own(two)), `"kty"`, `"d":"c2VjcmV0","kty"`, 1))
		}, `keys.json, identity "Users0", key set, key 1 of 1 has secret parts`},
		"an older authorizer's": {func(e environment) {
			e["SCOPEWAY_IDENTITIES"] = strings.Replace(e["SCOPEWAY_IDENTITIES"], `"shipped"`, `"Shipped"`, 1)
		}, `identity "Users0", keys, `},
		"keys and a URL for one": {func(e environment) {
			e["SCOPEWAY_IDENTITIES"] = strings.Replace(e["SCOPEWAY_IDENTITIES"], `"keys":"shipped"`, `"keys":"shipped","keysUrl":"https://issuer.example.com"`, 1)
		}, `member "keysUrl", is not known`},
	} {
		t.Run(name, func(t *testing.T) {
			e := withShippedKeys(t, 2, one, two)
			c.change(e)
			ask, said := started(t, e)
			if strings.Count(said, "\n") != 1 || !strings.Contains(said, `"scopeway":"fault"`) || !strings.Contains(strings.ReplaceAll(said, `\"`, `"`), c.want) || strings.Contains(said, "c2VjcmV0") {
				t.Errorf("the start wrote %q, want one fault with %q", said, c.want)
			}
			ask(one.token()).check(t, access.Misconfigured)
			ask(two.token()).check(t, access.Misconfigured)
		})
	}
}

func TestKeysThatNoIdentityUsesCloseNothing(t *testing.T) {
	one := newIssuer(t)
	e := newEnvironment(t, one)
	for _, text := range []string{keysFile(`"Users0":{"keys":[` + goodKey + `]}`), "garbage"} {
		writeKeys(t, e, text)
		ask, said := started(t, e)
		if said != "" {
			t.Errorf("the start wrote %s", said)
		}
		ask(one.token()).check(t, access.Allowed)
	}
}
