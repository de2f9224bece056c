package jose

import (
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// ReadHeader reads the three header parameters that count (RFC 7515, section
// 4.1). jku, jwk, x5u, x5c and the rest are never read: a key comes from the
// issuer's configuration and nowhere else.
func (t *Token) ReadHeader() *Refusal {
	var ok bool
	if t.Algorithm, ok = t.Header.Member("alg").Text(); !ok {
		return &Refusal{access.TokenMalformed, "alg is missing or not a string"}
	}
	if Present(t.Header, "kid") {
		// An empty kid names nothing, and a key set takes "" for "not named".
		if t.KeyID, ok = t.Header.Member("kid").Text(); !ok || t.KeyID == "" {
			return &Refusal{access.TokenMalformed, "kid is not a string or empty"}
		}
	}
	if Present(t.Header, "typ") {
		if t.MediaType, ok = t.Header.Member("typ").Text(); !ok {
			return &Refusal{access.TokenMalformed, "typ is not a string"}
		}
		t.HasMediaType = true
	}
	return nil
}

// CheckHeader refuses header parameters after which the token would have to be
// read in another way: crit (RFC 7515, section 4.1.11) because we understand no
// extension, b64 (RFC 7797), and enc and zip, which belong to JWE (RFC 7516,
// section 9). Their mere presence counts, whatever the value.
func (t *Token) CheckHeader() *Refusal {
	for _, name := range []string{"crit", "b64", "enc", "zip"} {
		if Present(t.Header, name) {
			return &Refusal{access.HeaderRefused, "the header has crit, b64, enc or zip"}
		}
	}
	return nil
}

// Present says whether an object has a member of that name, whatever it holds.
func Present(object strictjson.Value, name string) bool {
	return object.Member(name).Kind() != strictjson.Missing
}
