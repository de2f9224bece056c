package token

import (
	"encoding/base64"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 8192

// maxDepth is how deep header and claims may nest. Keycloak's access tokens,
// the deepest we know, need four.
const maxDepth = 16

// jws is a token as it was sent. Nothing in it is believed.
type jws struct {
	header, claims    strictjson.Value
	algorithm, keyID  string
	mediaType         string // typ, if hasMediaType
	hasMediaType      bool
	signed, signature []byte
}

// parse takes a token apart. It refuses everything but the compact form: three
// parts of base64url (RFC 7515, section 3.1), the first two JSON objects.
func (t *jws) parse(raw string) *Error {
	if len(raw) > maxToken {
		return refuse(access.TokenTooLarge, "the token is longer than 8192 bytes")
	}
	// A JWE is known by its parts alone (RFC 7516, section 9). It is refused
	// before anything in it is decoded.
	switch strings.Count(raw, ".") {
	case 2:
	case 4:
		return refuse(access.TokenEncrypted, "the token has five parts, so it is encrypted (JWE)")
	default:
		return refuse(access.TokenMalformed, "the token does not have three parts")
	}
	first, last := strings.IndexByte(raw, '.'), strings.LastIndexByte(raw, '.')

	header, ok1 := decode(raw[:first])
	payload, ok2 := decode(raw[first+1 : last])
	signature, ok3 := decode(raw[last+1:])
	if !ok1 || !ok2 || !ok3 {
		return refuse(access.TokenMalformed, "a part of the token is not strict base64url")
	}
	t.signed, t.signature = []byte(raw[:last]), signature

	limits := strictjson.Limits{Bytes: maxToken, Depth: maxDepth}
	var err error
	if t.header, err = strictjson.Parse(header, limits); err != nil || t.header.Kind() != strictjson.Object {
		return refuse(access.TokenMalformed, "the header is not a strict JSON object")
	}
	if t.claims, err = strictjson.Parse(payload, limits); err != nil || t.claims.Kind() != strictjson.Object {
		return refuse(access.TokenMalformed, "the payload is not a strict JSON object")
	}
	return t.readHeader()
}

// strictBase64 refuses padding and tail bits that are not zero: otherwise one
// token would have many spellings.
var strictBase64 = base64.RawURLEncoding.Strict()

// decode decodes a part. The standard library's decoder skips line breaks, for
// MIME's sake, so they are looked for first.
func decode(part string) ([]byte, bool) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, false
	}
	data, err := strictBase64.DecodeString(part)
	return data, err == nil
}

// readHeader reads the three header parameters that count (RFC 7515, section
// 4.1). jku, jwk, x5u, x5c and the rest are never read: a key comes from the
// issuer's configuration and nowhere else.
func (t *jws) readHeader() *Error {
	var ok bool
	if t.algorithm, ok = t.header.Member("alg").Text(); !ok {
		return refuse(access.TokenMalformed, "alg is missing or not a string")
	}
	if present(t.header, "kid") {
		// An empty kid names nothing, and Keys takes "" for "not named".
		if t.keyID, ok = t.header.Member("kid").Text(); !ok || t.keyID == "" {
			return refuse(access.TokenMalformed, "kid is not a string or empty")
		}
	}
	if present(t.header, "typ") {
		if t.mediaType, ok = t.header.Member("typ").Text(); !ok {
			return refuse(access.TokenMalformed, "typ is not a string")
		}
		t.hasMediaType = true
	}
	return nil
}

// checkHeader refuses header parameters after which the token would have to be
// read in another way: crit (RFC 7515, section 4.1.11) because we understand no
// extension, b64 (RFC 7797), and enc and zip, which belong to JWE (RFC 7516,
// section 9). Their mere presence counts, whatever the value.
func (t *jws) checkHeader() *Error {
	for _, name := range []string{"crit", "b64", "enc", "zip"} {
		if present(t.header, name) {
			return refuse(access.HeaderRefused, "the header has crit, b64, enc or zip")
		}
	}
	return nil
}

func present(object strictjson.Value, name string) bool {
	return object.Member(name).Kind() != strictjson.Missing
}
