package keyset

import (
	"fmt"
	"strings"
	"testing"
)

func setOf(jwks ...string) string { return `{"keys":[` + strings.Join(jwks, ",") + `]}` }

func TestASetThatIsNoneIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"nothing":                  {``, "is not strict JSON, no value at offset 0"},
		"a web page":               {`<!doctype html><p>secret`, "is not strict JSON, no value at offset 0"},
		"half a set":               {setOf(rfc8037Ed)[:40], "is not strict JSON"},
		"something behind the set": {setOf(rfc8037Ed) + `x`, "something after the value"},
		"keys twice":               {`{"keys":[` + rfc8037Ed + `],"keys":[]}`, "member name repeated at offset"},
		"a member of a key twice":  {setOf(strings.Replace(rfc8037Ed, `{`, `{"kty":"RSA",`, 1)), "member name repeated at offset"},
		"a byte order mark":        {"\ufeff" + setOf(rfc8037Ed), "no value at offset 0"},
		"deep nesting":             {setOf(rfc8037Ed, strings.Repeat(`[`, 50)+strings.Repeat(`]`, 50)), "nested too deep"},
		"more bytes than allowed":  {setOf(rfc8037Ed) + strings.Repeat(" ", maxBody), "more bytes than allowed"},
		"null":                     {`null`, "is not a JSON object, got null"},
		"a list of keys":           {`[` + rfc8037Ed + `]`, "is not a JSON object, got array"},
		"one key alone":            {rfc8037Ed, "has no array named keys, got missing"},
		"KEYS in upper case":       {`{"KEYS":[` + rfc8037Ed + `]}`, "has no array named keys, got missing"},
		"keys that are an object":  {`{"keys":{"1":` + rfc8037Ed + `}}`, "has no array named keys, got object"},
		"101 keys":                 {setOf(strings.Split(strings.Repeat(rfc8037Ed+"\n", 101), "\n")[:101]...), "has more than 100 keys, got 101"},
		"10,000 keys":              {setOf(strings.Split(strings.Repeat("{}\n", 10000), "\n")[:10000]...), "has more than 100 keys, got 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := parseDocument([]byte(c.body))
			if err == nil || !strings.Contains(err.Error(), c.want) || len(d.keys) > 0 {
				t.Errorf("parseDocument = %d keys, %v, want %q", len(d.keys), err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error quotes the body: %v", err)
			}
		})
	}
}

func TestASetWithNothingUsableIsASetAndSaysWhy(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"no key":                        {setOf(), "has no key"},
		"only a key for encryption":     {setOf(rfc7517EC), "has no key that can be used (key 1 of 1: use is not sig)"},
		"only keys that are of no kind": {setOf(`1`, `{}`, `null`, `{"kty":"oct"}`, `{}`), "has no key that can be used (key 1 of 5: not an object; key 2 of 5: kty is not RSA, EC or OKP; key 3 of 5: not an object; and 2 more)"},
	} {
		d, err := parseDocument([]byte(c.body))
		if err != nil || len(d.keys) > 0 {
			t.Errorf("%s: parseDocument = %d keys, %v, want none and no error", name, len(d.keys), err)
		}
		if err := d.useless(); err == nil || err.Error() != c.want {
			t.Errorf("%s: useless = %v, want %q", name, err, c.want)
		}
	}
}

func TestAKeyThatIsThereTwiceUnderOneNameIsOneKey(t *testing.T) {
	one, jwk := edKey(t, "a")
	_, other := edKey(t, "a")
	renamed := jwkOf(one).with(members{"kid": "b"}).String()
	forRS256, forAny := rfc7517RSA, members7517RSA(t).with(members{"alg": nil}).String()
	for name, c := range map[string]struct {
		set   string
		kid   string
		alg   Algorithm
		found bool
	}{
		"asked for by its name":                 {setOf(jwk, jwk), "a", EdDSA, true},
		"three times":                           {setOf(jwk, jwk, jwk), "a", EdDSA, true},
		"without a name":                        {setOf(jwk, jwk), "", EdDSA, true},
		"among others of another kind":          {setOf(jwk, rfc7517RSA, jwk), "a", EdDSA, true},
		"once for an algorithm, once for all":   {setOf(forRS256, forAny), "2011-04-29", RS256, true},
		"and another key under its name":        {setOf(jwk, other, jwk), "a", EdDSA, false},
		"and then another key under its name":   {setOf(jwk, jwk, other), "a", EdDSA, false},
		"and once under another name, nameless": {setOf(jwk, jwk, renamed), "", EdDSA, false},
	} {
		d, err := parseDocument([]byte(c.set))
		if err != nil {
			t.Fatal(err)
		}
		if public, found := d.find(c.kid, c.alg); found != c.found || (public != nil) != c.found {
			t.Errorf("%s: find(%q, %q) = %v, %v, want %v", name, c.kid, c.alg, public, found, c.found)
		}
	}
}

func TestOddKeysDoNotBreakTheSet(t *testing.T) {
	body := setOf(rfc7517EC, `null`, `{"kty":"AKP","alg":"ML-DSA-65","pub":"AA"}`, rfc7517RSA, `{"kty":"RSA","n":"AQAB","e":"Aw","kid":"2011-04-29"}`)
	d, err := parseDocument([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if _, found := d.find("2011-04-29", RS256); !found || len(d.keys) != 1 || len(d.skipped) != 4 {
		t.Errorf("found %v among %d keys, %d skipped", found, len(d.keys), len(d.skipped))
	}
}

func TestAHundredKeysAreAllowed(t *testing.T) {
	var jwks []string
	for i := range maxKeys {
		_, jwk := edKey(t, fmt.Sprint(i))
		jwks = append(jwks, jwk)
	}
	d, err := parseDocument([]byte(setOf(jwks...)))
	if _, found := d.find("99", EdDSA); err != nil || !found {
		t.Errorf("the last key found %v, %v", found, err)
	}
}

func TestANameFindsAKeyOnlyIfExactlyOneFits(t *testing.T) {
	one, jwkOne := edKey(t, "a")
	_, jwkTwo := edKey(t, "a")
	unnamed, jwkUnnamed := edKey(t, "")
	rsaNamedA := strings.Replace(rfc7517RSA, "2011-04-29", "a", 1)
	for name, c := range map[string]struct {
		set   string
		kid   string
		alg   Algorithm
		found bool
	}{
		"the name of one key":                            {setOf(jwkOne), "a", EdDSA, true},
		"a name among others":                            {setOf(rfc7517RSA, jwkOne), "a", EdDSA, true},
		"a name that two kinds of keys share":            {setOf(jwkOne, rsaNamedA), "a", EdDSA, true},
		"the other kind":                                 {setOf(jwkOne, rsaNamedA), "a", RS256, true},
		"a name that an unusable key shares":             {setOf(jwkOne, `{"kty":"oct","kid":"a"}`), "a", EdDSA, true},
		"no name and one key that fits":                  {setOf(rfc7517RSA, jwkOne), "", EdDSA, true},
		"no name and one unnamed key":                    {setOf(jwkUnnamed), "", EdDSA, true},
		"a name that nobody has":                         {setOf(jwkOne), "b", EdDSA, false},
		"a name in other letters":                        {setOf(jwkOne), "A", EdDSA, false},
		"a name with a blank":                            {setOf(jwkOne), "a ", EdDSA, false},
		"a key without a name, asked for by one":         {setOf(jwkUnnamed), "a", EdDSA, false},
		"a name that two keys share":                     {setOf(jwkOne, jwkTwo), "a", EdDSA, false},
		"a name that one key has twice":                  {setOf(jwkOne, jwkOne), "a", EdDSA, true},
		"no name and two keys that fit":                  {setOf(jwkOne, jwkUnnamed), "", EdDSA, false},
		"no name and none that fits":                     {setOf(rfc7517RSA), "", EdDSA, false},
		"a key of another kind":                          {setOf(jwkOne), "a", RS256, false},
		"a key that is for another algorithm of its own": {setOf(rfc7517RSA), "2011-04-29", PS256, false},
		"no algorithm":                                   {setOf(jwkOne), "a", "", false},
		"HMAC with the public key":                       {setOf(rfc7517RSA), "2011-04-29", "HS256", false},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := parseDocument([]byte(c.set))
			if err != nil {
				t.Fatal(err)
			}
			public, found := d.find(c.kid, c.alg)
			if found != c.found || (public != nil) != c.found {
				t.Errorf("find(%q, %q) = %v, %v, want %v", c.kid, c.alg, public, found, c.found)
			}
			if found && c.alg == EdDSA && !one.Equal(public) && !unnamed.Equal(public) {
				t.Errorf("find(%q, %q) gave another key", c.kid, c.alg)
			}
		})
	}
}

func FuzzParseDocument(f *testing.F) {
	f.Add(setOf(rfc7517RSA, rfc7517EC, rfc8037Ed))
	f.Add(`{"keys":[{},null,[]],"next":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		d, err := parseDocument([]byte(body))
		if err != nil && len(d.keys)+len(d.skipped) > 0 || len(d.keys)+len(d.skipped) > maxKeys {
			t.Fatalf("parseDocument(%q) = %d keys and %d skipped, %v", body, len(d.keys), len(d.skipped), err)
		}
		if (d.useless() == nil) != (len(d.keys) > 0) {
			t.Fatalf("parseDocument(%q) = %d keys, which are useless: %v", body, len(d.keys), d.useless())
		}
	})
}
