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

// claimed returns as much as could be read.
func (t *jws) claimed() Claimed {
	return Claimed{
		Issuer:    printable(t.claims.Member("iss")),
		Subject:   printable(t.claims.Member("sub")),
		ClientID:  printable(t.claims.Member("client_id")),
		KeyID:     printable(t.Header.Member("kid")),
		Algorithm: printable(t.Header.Member("alg")),
	}
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
