package calls

import (
	"testing"

	"github.com/scopeway/scopeway/access"
)

func TestARESTAPITellsABadTokenFromOneThatMayNot(t *testing.T) {
	w := new(World)
	for _, c := range []struct {
		status         int
		reason         access.Reason
		onHTTP, onREST string
	}{
		{401, access.Undecided, "401, not asked", "401, token_missing"},
		{403, access.TokenMalformed, "403, token_malformed", "401, token_malformed"},
		{403, access.SignatureInvalid, "403, signature_invalid", "401, signature_invalid"},
		{403, access.ScopeMissing, "403, scope_missing", "403, scope_missing"},
		{200, access.Allowed, "200, allowed", "200, allowed"},
		{200, access.Undecided, "200, not asked", "200, not asked"},
		{404, access.Undecided, "404, not asked", "404, not asked"},
	} {
		for stage, want := range map[string]string{"": c.onHTTP, "prod": c.onREST} {
			made := w.toCase(call{to: api{stage: stage}, status: c.status, reason: c.reason})
			if made.Expected != want {
				t.Errorf("%d, %q at stage %q expects %q, want %q", c.status, c.reason, stage, made.Expected, want)
			}
		}
	}
}

func TestOnlyARESTAPIsAuditLineMayLackItsRequestID(t *testing.T) {
	c, line, _ := good()
	line.RequestID = ""
	if err := c.checkLine(line); err == nil {
		t.Error("checkLine without a request id on an HTTP API = nil, want an error")
	}
	c.to.stage = "prod"
	if err := c.checkLine(line); err != nil {
		t.Errorf("checkLine without a request id on a REST API = %v, want nil", err)
	}
}
