// Package jose is the lower half of a verifier of tokens: the form of a JWS,
// its header, and its signature. It knows no claims, no issuers and no keys of
// its own, so it can be judged by vectors that are no access tokens.
//
// What a token claims, and whom to believe, is judged by authorizer/token, which
// is the only caller in what users run.
package jose

import (
	"encoding/base64"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// MaxBytes is the longest token that is looked at, in bytes.
const MaxBytes = 8192

// MaxDepth is how deep header and claims may nest. Keycloak's access tokens,
// the deepest we know, need four.
const MaxDepth = 16

// Limits are those of the two JSON texts in a token.
func Limits() strictjson.Limits { return strictjson.Limits{Bytes: MaxBytes, Depth: MaxDepth} }

// Token is a compact JWS as it was sent. Nothing in it is believed.
type Token struct {
	Header            strictjson.Value // an object, once Split has succeeded
	Payload           []byte           // decoded, otherwise not looked at
	Signed, Signature []byte           // what was signed, and the signature, decoded

	Algorithm, KeyID string // alg and kid, of ReadHeader
	MediaType        string // typ, if HasMediaType
	HasMediaType     bool
}

// Refusal says why a token is refused: a reason and a fixed phrase, for people,
// that holds nothing of the token.
type Refusal struct {
	Reason access.Reason
	Detail string
}

// Split takes a token apart. It refuses everything but the compact form: three
// parts of base64url (RFC 7515, section 3.1), of which the first is a JSON object.
// It looks neither into the header nor at the payload, which need not be JSON.
func (t *Token) Split(raw string) *Refusal {
	if len(raw) > MaxBytes {
		return &Refusal{access.TokenTooLarge, "the token is longer than 8192 bytes"}
	}
	// A JWE is known by its parts alone (RFC 7516, section 9). It is refused
	// before anything in it is decoded.
	switch strings.Count(raw, ".") {
	case 2:
	case 4:
		return &Refusal{access.TokenEncrypted, "the token has five parts, so it is encrypted (JWE)"}
	default:
		return &Refusal{access.TokenMalformed, "the token does not have three parts"}
	}
	first, last := strings.IndexByte(raw, '.'), strings.LastIndexByte(raw, '.')

	header, ok1 := decode(raw[:first])
	payload, ok2 := decode(raw[first+1 : last])
	signature, ok3 := decode(raw[last+1:])
	if !ok1 || !ok2 || !ok3 {
		return &Refusal{access.TokenMalformed, "a part of the token is not strict base64url"}
	}
	t.Payload, t.Signed, t.Signature = payload, []byte(raw[:last]), signature

	var err error
	if t.Header, err = strictjson.Parse(header, Limits()); err != nil || t.Header.Kind() != strictjson.Object {
		return &Refusal{access.TokenMalformed, "the header is not a strict JSON object"}
	}
	return nil
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
