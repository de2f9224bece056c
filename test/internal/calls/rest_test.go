package calls

import (
	"testing"

	"github.com/scopeway/scopeway/access"
)

// both is a pair of APIs.
var both = pair{http: api{id: "a1"}, rest: api{id: "a2", stage: "prod"}}

func TestARESTAPITellsABadTokenFromOneThatMayNot(t *testing.T) {
	w := new(World)
	for _, c := range []struct {
		call call
		want Answers
	}{
		{call{reason: access.TokenMissing, alone: true}, Answers{"401*", "401", "token_missing"}},
		{call{reason: access.TokenMalformed}, Answers{"403", "401", "token_malformed"}},
		{call{reason: access.SignatureInvalid}, Answers{"403", "401", "signature_invalid"}},
		{call{reason: access.ScopeMissing}, Answers{"403", "403", "scope_missing"}},
		{call{reason: access.ScopeMissing, alone: true}, Answers{"403*", "403", "scope_missing"}},
		{call{reason: access.Allowed}, Answers{"200", "200", "allowed"}},
		{call{reason: access.Allowed, alone: true}, Answers{"200*", "200", "allowed"}},
		{call{status: 404}, Answers{"404", "404", "–"}},
	} {
		c.call.to = both
		if got := w.toCase(c.call).Expected; got != c.want {
			t.Errorf("%+v expects %v, want %v", c.call, got, c.want)
		}
	}
}

func TestOnlyARESTAPIsAuditLineMayLackItsRequestID(t *testing.T) {
	c, line, _ := good(both.http)
	line.RequestID = ""
	if err := c.checkLine(both.http, line); err == nil {
		t.Error("checkLine without a request id on an HTTP API = nil, want an error")
	}
	c, line, _ = good(both.rest)
	line.RequestID = ""
	if err := c.checkLine(both.rest, line); err != nil {
		t.Errorf("checkLine without a request id on a REST API = %v, want nil", err)
	}
}
