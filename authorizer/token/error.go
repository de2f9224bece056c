package token

import (
	"strconv"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/strictjson"
)

// Error says why a token was not accepted. Neither Reason nor Detail, and so
// not its text, holds anything that was sent; Claimed does.
type Error struct {
	Reason access.Reason
	// Detail is a fixed phrase, for people.
	Detail string
	// Claimed is what the token says of itself.
	Claimed Claimed
	// Looks is what the token looks like, one of [Looks], or "". It goes by what
	// the token says: a hint for people, and never for a decision.
	Looks string

	cause error
}

// Error returns the detail and the reason.
func (e *Error) Error() string { return "token, " + e.Detail + " (" + string(e.Reason) + ")" }

// Unwrap returns the error of [Keys], where that is the cause.
func (e *Error) Unwrap() error { return e.cause }

func refuse(reason access.Reason, detail string) *Error {
	return &Error{Reason: reason, Detail: detail}
}

func (e *Error) because(cause error) *Error {
	e.cause = cause
	return e
}

// Claimed is what a refused token says. Nobody vouches for it: it is for the
// audit line, under that name, and never for a decision. Each field is printable
// and at most 128 bytes long, and empty where the token does not say, or says
// something other than a string.
type Claimed struct {
	Issuer, Subject, ClientID string
	KeyID, Algorithm          string
}

// maxClaimed caps each field of Claimed, in bytes.
const maxClaimed = 128

// claimed returns as much as could be read. The client is in the claim in which
// the issuer's tokens have it: a token may name others elsewhere.
func (v *Verifier) claimed(t *jws) Claimed {
	client := clientSaid(t.claims)
	if issuer := v.issuers[textOf(t.claims, "iss")]; issuer != nil {
		client = printable(t.claims.Member(issuer.shape.client(t)))
	}
	return Claimed{
		Issuer:    printable(t.claims.Member("iss")),
		Subject:   printable(t.claims.Member("sub")),
		ClientID:  client,
		KeyID:     printable(t.Header.Member("kid")),
		Algorithm: printable(t.Header.Member("alg")),
	}
}

// clientSaid returns the client in whichever claim a profile has it.
func clientSaid(v strictjson.Value) string {
	for _, name := range []string{"client_id", "cid", "azp", "appid"} {
		if text := printable(v.Member(name)); text != "" {
			return text
		}
	}
	return ""
}

// printable returns the start of a string, with what could forge or hide a part
// of a log (control characters, line separators, changes of direction) replaced.
func printable(v strictjson.Value) string {
	text, _ := v.Text()
	var b strings.Builder
	for _, r := range text {
		if !strconv.IsPrint(r) {
			r = '\uFFFD'
		}
		if b.Len()+len(string(r)) > maxClaimed {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
