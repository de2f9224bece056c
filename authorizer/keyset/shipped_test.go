package keyset

import (
	"crypto"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestAShippedSetHasItsKeysAndNoOthers(t *testing.T) {
	one, jwkOne := edKey(t, "one")
	two, jwkTwo := edKey(t, "two")
	keys, err := ParseShipped([]byte(setOf(jwkOne, `{"kty":"AKP","alg":"ML-DSA-65","pub":"AA"}`, rfc7517EC, jwkTwo)))
	if err != nil {
		t.Fatal(err)
	}
	for kid, want := range map[string]crypto.PublicKey{"one": one, "two": two, "": nil, "three": nil, "One": nil, "1": nil} {
		got, err := keys.Find(t.Context(), kid, EdDSA)
		if want == nil {
			if got != nil || !errors.Is(err, ErrNoKey) || errors.Is(err, ErrUnavailable) || kid == "three" && strings.Contains(err.Error(), kid) {
				t.Errorf("Find(%q) = %v, %v, want %v", kid, got, err, ErrNoKey)
			}
		} else if err != nil || !want.(interface{ Equal(crypto.PublicKey) bool }).Equal(got) {
			t.Errorf("Find(%q) = %v, %v, want its key", kid, got, err)
		}
	}
	for _, alg := range []Algorithm{"", "none", "HS256", RS256, ES256} {
		if got, err := keys.Find(t.Context(), "one", alg); got != nil || !errors.Is(err, ErrNoKey) {
			t.Errorf("Find for %q = %v, %v, want %v", alg, got, err, ErrNoKey)
		}
	}
	_, err = keys.Find(t.Context(), "secret", ES256)
	if want := `no such key: shipped key set, has none for "ES256", got 2 usable, and 2 unusable (key 2 of 4: kty is not RSA, EC or OKP; key 3 of 4: use is not sig)`; err == nil || err.Error() != want {
		t.Errorf("Find = %v, want %s", err, want)
	}
}

func TestASetThatMustNotBeShippedIsRefused(t *testing.T) {
	secret := "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI"
	private := strings.Replace(rfc8037Ed, `{`, `{"d":"`+secret+`",`, 1)
	var many []string
	for range maxKeys + 1 {
		many = append(many, rfc8037Ed)
	}
	for name, c := range map[string]struct {
		text, want string
	}{
		"nothing":                               {"", "key set, is not strict JSON, no value at offset 0"},
		"garbage":                               {secret, "key set, is not strict JSON, "},
		"a web page":                            {"<html>" + secret, "key set, is not strict JSON, "},
		"a PEM":                                 {"-----BEGIN PRIVATE KEY-----\n" + secret, "key set, is not strict JSON, "},
		"null":                                  {"null", "key set, is not a JSON object, got null"},
		"a list of keys":                        {"[" + rfc8037Ed + "]", "key set, is not a JSON object, got array"},
		"one key":                               {rfc8037Ed, "key set, has no array named keys, got missing"},
		"one private key":                       {private, "key set, has no array named keys, got missing"},
		"KEYS":                                  {`{"KEYS":[` + rfc8037Ed + `]}`, "key set, has no array named keys, got missing"},
		"no key":                                {setOf(), "key set, has no key"},
		"unusable keys only":                    {setOf(rfc7517EC), "key set, has no key that can be used (key 1 of 1: use is not sig)"},
		"a member twice":                        {`{"keys":[],"keys":[` + rfc8037Ed + `]}`, "key set, is not strict JSON, "},
		"two sets":                              {setOf(rfc8037Ed) + setOf(rfc8037Ed), "key set, is not strict JSON, "},
		"a byte order mark":                     {"\ufeff" + setOf(rfc8037Ed), "key set, is not strict JSON, "},
		"too many keys":                         {setOf(many...), "key set, has more than 100 keys, got 101"},
		"too much":                              {setOf(rfc8037Ed) + strings.Repeat(" ", maxBody), "key set, is not strict JSON, "},
		"a private key":                         {setOf(private), "key set, key 1 of 1 has secret parts"},
		"a private key beside a good one":       {setOf(rfc7517RSA, private), "key set, key 2 of 2 has secret parts"},
		"a private key that is for encryption":  {setOf(rfc8037Ed, strings.Replace(private, `{`, `{"use":"enc",`, 1)), "key set, key 2 of 2 has secret parts"},
		"a private key of an unknown kind":      {setOf(rfc8037Ed, `{"kty":"AKP","d":"`+secret+`"}`), "key set, key 2 of 2 has secret parts"},
		"a private key whose secret is no text": {setOf(rfc8037Ed, `{"kty":"EC","d":null}`), "key set, key 2 of 2 has secret parts"},
		"a symmetric key":                       {setOf(rfc8037Ed, `{"kty":"oct","k":"`+secret+`"}`), "key set, key 2 of 2 has secret parts"},
		"a prime of an RSA key":                 {setOf(rfc8037Ed, strings.Replace(rfc7517RSA, `{`, `{"p":"`+secret+`",`, 1)), "key set, key 2 of 2 has secret parts"},
	} {
		t.Run(name, func(t *testing.T) {
			keys, err := ParseShipped([]byte(c.text))
			if keys != nil || err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("ParseShipped = %v, %v, want %s", keys, err, c.want)
			}
			if strings.Contains(err.Error(), secret[:6]) {
				t.Errorf("the error quotes the text: %v", err)
			}
			if errors.Is(err, ErrSecret) != strings.Contains(c.want, "secret parts") {
				t.Errorf("the error is %v: %v", ErrSecret, errors.Is(err, ErrSecret))
			}
		})
	}
}

func TestAShippedSetSaysWhetherItCanBeOfUse(t *testing.T) {
	ed, err := ParseShipped([]byte(setOf(rfc8037Ed)))
	if err != nil {
		t.Fatal(err)
	}
	rsa, err := ParseShipped([]byte(setOf(rfc7517RSA)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		keys       *Shipped
		algorithms []Algorithm
		want       bool
	}{
		{ed, []Algorithm{EdDSA}, true},
		{ed, []Algorithm{RS256, EdDSA}, true},
		{ed, []Algorithm{RS256, ES256}, false},
		{ed, nil, false},
		{rsa, []Algorithm{RS256}, true},
		{rsa, []Algorithm{PS256, RS512}, false}, // its alg is RS256
	} {
		if got := c.keys.Fits(c.algorithms); got != c.want {
			t.Errorf("Fits(%q) = %v, want %v", c.algorithms, got, c.want)
		}
	}
}

func TestShippedSetsShareAKeyUnderWhateverName(t *testing.T) {
	named := func(kid string) string {
		var m members
		if err := json.Unmarshal([]byte(rfc8037Ed), &m); err != nil {
			t.Fatal(err)
		}
		return m.with(members{"kid": kid}).String()
	}
	_, other := edKey(t, "a")
	a := []string{setOf(named("a")), setOf(rfc7517RSA, named("b")), setOf(other), setOf(rfc7517RSA)}
	want := [][]bool{{true, true, false, false}, {true, true, false, true}, {false, false, true, false}, {false, true, false, true}}
	for i := range a {
		for j := range a {
			one, err1 := ParseShipped([]byte(a[i]))
			two, err2 := ParseShipped([]byte(a[j]))
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if got := one.Shares(two); got != want[i][j] {
				t.Errorf("Shares of sets %d and %d = %v, want %v", i, j, got, want[i][j])
			}
		}
	}
}

func FuzzParseShipped(f *testing.F) {
	f.Add(setOf(rfc7517RSA, rfc7517EC, rfc8037Ed))
	f.Add(setOf(`{"kty":"oct","k":"AA"}`, rfc8037Ed))
	f.Add(`{"keys":[{},null,[]],"next":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := ParseShipped([]byte(text))
		if (keys == nil) != (err != nil) {
			t.Fatalf("ParseShipped(%q) = %v, %v", text, keys, err)
		}
		if keys != nil && !keys.Fits(Algorithms()) {
			t.Fatalf("ParseShipped(%q) took a set of no use", text)
		}
	})
}
