package caller

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

// Whatever the header says, the answer is a whole caller or an error, and the
// same as that of the events.
func FuzzFromHeader(f *testing.F) {
	f.Add(recordedText(f), "")
	f.Add("public", "")
	f.Add(recordedText(f), recordedText(f))
	f.Add("e30", "")
	f.Add(strings.Repeat("A", 5000), "")
	recordedEvent := restEvent(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		header := http.Header{"Scopewaycaller": {first}}
		c, err := FromHeader(header)
		if (c == nil) == (err == nil) {
			t.Fatalf("FromHeader(%q) = %+v, %v", first, c, err)
		}
		if c != nil && (c.Issuer == "" || c.Table == "" || c.DecisionID == "" || c.ExpiresAt.Unix() <= 0) {
			t.Fatalf("FromHeader(%q) = %+v, which lacks what every caller has", first, c)
		}
		for _, scope := range scopesOf(c) {
			if !c.Has(scope) {
				t.Fatalf("FromHeader(%q) has a scope that it has not: %v", first, scope)
			}
		}
		header["Scopewaycaller"] = []string{first, second}
		if c, err := FromHeader(header); c != nil || err == nil {
			t.Fatalf("FromHeader(%q, %q) = %+v, want an error", first, second, c)
		}
		event := recordedEvent
		event.RequestContext.Authorizer = maps.Clone(event.RequestContext.Authorizer)
		event.RequestContext.Authorizer["caller"] = first
		if got, err := FromREST(event); err == nil && (c == nil || got.Subject != recorded.Subject || got.Issuer != recorded.Issuer) {
			t.Fatalf("FromREST(%q) = %+v, FromHeader %+v", first, got, c)
		}
	})
}

func scopesOf(c *Caller) []access.Scope {
	if c == nil {
		return nil
	}
	return c.Scopes
}
