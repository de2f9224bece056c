package keyset

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/internal/allocated"
)

// memory is what a key set may allocate, in bytes: strictjson's share for any
// text, and room for the numbers of its keys.
func memory(body string) uint64 { return 96*uint64(min(len(body), maxBody)) + 256<<10 }

func TestASetBuysLittleMemory(t *testing.T) {
	long := strings.Repeat("A", 140<<10)
	for name, body := range map[string]string{
		"a hundred good keys":        setOf(strings.Split(strings.Repeat(rfc7517RSA+"\n", 100), "\n")[:100]...),
		"10,000 keys":                setOf(strings.Split(strings.Repeat("{}\n", 10000), "\n")[:10000]...),
		"a hundred odd keys":         setOf(strings.Split(strings.Repeat(`{"kty":"AKP"}`+"\n", 100), "\n")[:100]...),
		"a modulus of 100 KB":        setOf(`{"kty":"RSA","n":"` + long + `","e":"AQAB"}`),
		"an exponent of 100 KB":      setOf(`{"kty":"RSA","n":"AQAB","e":"` + long + `"}`),
		"a coordinate of 100 KB":     setOf(`{"kty":"EC","crv":"P-256","x":"` + long + `","y":"AA"}`),
		"a name of 140 KB":           setOf(`{"kty":"RSA","kid":"` + long + `"}`),
		"an algorithm of 140 KB":     setOf(strings.Replace(rfc8037Ed, `{`, `{"alg":"`+long+`",`, 1)),
		"operations without an end":  setOf(`{"kty":"RSA","key_ops":["verify"` + strings.Repeat(`,"a"`, 30000) + `]}`),
		"digits":                     `{"keys":[1` + strings.Repeat(",1", 70000) + `]}`,
		"brackets":                   strings.Repeat("[", 140<<10),
		"5 MB":                       strings.Repeat("[1,", 5<<20/3),
		"a hundred moduli of 1.4 KB": setOf(strings.Split(strings.Repeat(`{"kty":"RSA","n":"`+strings.Repeat("_", 1400)+`","e":"AQAB"}`+"\n", 100), "\n")[:100]...),
	} {
		if n, ok := allocated.Within(memory(body), func() { _, _ = parseDocument([]byte(body[:min(len(body), maxBody+1)])) }); !ok {
			t.Errorf("%s: %d bytes are read with %d bytes of memory, want %d at most", name, len(body), n, memory(body))
		}
	}
}

// Whatever the body: no panic, no more memory than it may buy, and no key is
// found under a name or for an algorithm that is not its own.
func FuzzASetBuysLittleMemory(f *testing.F) {
	f.Add(setOf(rfc7517RSA, rfc7517EC, rfc8037Ed), "2011-04-29")
	f.Add(setOf(rfc7517RSA, strings.Replace(rfc7517RSA, "0vx7", "1vx7", 1)), "2011-04-29")
	f.Add(`{"keys":[{"kty":"oct","k":"AA","kid":"a"}]}`, "a")
	f.Add(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},null,[]]}`, "")
	f.Add(`{"keys":{}}`, "")
	f.Add(`<html>`, "")
	f.Fuzz(func(t *testing.T, body, kid string) {
		var d document
		var err error
		if n, ok := allocated.Within(memory(body), func() { d, err = parseDocument([]byte(body)) }); !ok {
			t.Errorf("%d bytes are read with %d bytes of memory: %q", len(body), n, body)
		}
		for _, alg := range append(Algorithms(), "HS256", "none", "") {
			public, found := d.find(kid, alg)
			if found != (public != nil) || found && (err != nil || !alg.Fits(public)) {
				t.Errorf("%q has the key %v under %q for %q, %v", body, public, kid, alg, err)
			}
		}
	})
}
