package authorizer

import (
	"time"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// Issuers returns the issuers of identities, for [Config], as [Start] makes them:
// each with a key set of its own at its URL or, where it has [ShippedKeys], that
// of its name among shipped ([ParseKeys]). The clock is now, nil for time.Now.
// Each fetch that fails is told to failed, which may be nil; none is made yet.
//
// It refuses a URL that keys must not come from, and shipped keys that are
// missing, fit none of the identity's algorithms or are another's too.
func Issuers(identities []Identity, shipped map[string]*keyset.Shipped, now func() time.Time, failed func(error)) ([]token.Issuer, error) {
	if failed == nil {
		failed = func(error) {}
	}
	issuers, _, err := trust(identities, shipped, now, failed)
	return issuers, err
}
