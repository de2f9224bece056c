package token

import "github.com/scopeway/scopeway/internal/strictjson"

// Unverified is what a token says of itself, for people who want to see why it
// is refused. Nobody vouches for any of it: decide nothing by it. Texts are
// printable and at most 128 bytes long, and empty where the token does not say,
// or says something other than a text. Neither the signature nor any member that
// is not listed is in it.
type Unverified struct {
	// Algorithm, KeyID and MediaType are alg, kid and typ of the header.
	Algorithm, KeyID, MediaType string
	// Issuer, TokenUse, Type and Scope are iss, token_use, the claim typ and scope;
	// ClientID is the first that is there of client_id, cid, azp and appid.
	Issuer, ClientID, TokenUse, Type, Scope string
	// Audiences are the first eight of aud.
	Audiences []string
	// ExpiresAt, NotBefore and IssuedAt are exp, nbf and iat: seconds since 1970,
	// 0 where they are not plain numbers of seconds.
	ExpiresAt, NotBefore, IssuedAt int64
}

// maxShown is how many audiences are shown.
const maxShown = 8

// ReadUnverified returns as much of a token as can be read. It reads what
// [Verifier.Verify] reads, within the same limits, and judges nothing: what is
// no token at all is the zero Unverified.
func ReadUnverified(raw string) Unverified {
	var t jws
	_ = t.parse(raw) // as far as it gets
	u := Unverified{
		Algorithm: printable(t.Header.Member("alg")),
		KeyID:     printable(t.Header.Member("kid")),
		MediaType: printable(t.Header.Member("typ")),
		Issuer:    printable(t.claims.Member("iss")),
		ClientID:  clientSaid(t.claims),
		TokenUse:  printable(t.claims.Member("token_use")),
		Type:      printable(t.claims.Member("typ")),
		Scope:     printable(t.claims.Member("scope")),
		Audiences: printableList(t.claims.Member("aud")),
	}
	for name, into := range map[string]*int64{"exp": &u.ExpiresAt, "nbf": &u.NotBefore, "iat": &u.IssuedAt} {
		if !readTime(t.claims, name, into) {
			*into = 0
		}
	}
	return u
}

// SaysIssuer reports whether a token says that it is of the issuer with this URL,
// by the exact bytes of iss. As with [ReadUnverified], nobody vouches for it.
func SaysIssuer(raw, url string) bool {
	var t jws
	_ = t.parse(raw) // as far as it gets
	iss, ok := t.claims.Member("iss").Text()
	return ok && iss == url
}

// printableList returns a text, or the texts of an array.
func printableList(v strictjson.Value) (texts []string) {
	if text := printable(v); text != "" {
		return []string{text}
	}
	for element := range v.Elements() {
		if text := printable(element); text != "" && len(texts) < maxShown {
			texts = append(texts, text)
		}
	}
	return texts
}
