package authorizer

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// prefetchWait is how long the start of the process waits for key sets. A quick
// issuer needs a fraction of it. For a slow one the first token waits anyway, for
// the same fetch if the process was not frozen meanwhile; waiting longer here
// would only make the tokens of all other issuers wait too.
const prefetchWait = 500 * time.Millisecond

// trust returns the issuers of the identities, each with a key set of its own:
// keys are never pooled. Those that are fetched are in sets as well; a fetch
// that fails is told to failed, also while the keys of before still serve.
func trust(identities []Identity, shipped map[string]*keyset.Shipped, now func() time.Time, failed func(error)) (issuers []token.Issuer, sets []*keyset.Set, err error) {
	for n, identity := range identities {
		var keys token.Keys
		if identity.Keys == ShippedKeys {
			if keys, err = shippedKeys(identity, identities[:n], shipped); err != nil {
				return nil, nil, fmt.Errorf("identity %q, keys, %w", identity.Name, err)
			}
		} else {
			set, err := keyset.New(keyset.Config{
				URL: identity.Keys,
				Now: now,
				Failed: func(err error) {
					failed(fmt.Errorf("identity %q, %w", identity.Name, err))
				},
			})
			if err != nil {
				return nil, nil, fmt.Errorf("identity %q, keys, %w", identity.Name, err)
			}
			keys, sets = set, append(sets, set)
		}
		issuers = append(issuers, token.Issuer{
			Name:       identity.Name,
			ID:         identity.ID,
			URL:        identity.Issuer,
			Profile:    identity.Profile,
			Algorithms: identity.Algorithms,
			Audiences:  identity.Audiences,
			Clients:    identity.Clients,
			AnyClient:  identity.AnyClient,
			Keys:       keys,
			Roles:      identity.Roles,
			Groups:     identity.Groups,
			Person:     identity.Person,

			Spellings:   identity.Spellings,
			Mark:        identity.Mark,
			ScopeClaim:  identity.ScopeClaim,
			ScopeList:   identity.ScopeList,
			ClientClaim: identity.ClientClaim,
		})
	}
	return issuers, sets, nil
}

// prefetch asks for all key sets at once. What it returns waits until they are
// there or the wait, from now on, is over. There are no more of them than
// ParseIdentities allows.
func prefetch(ctx context.Context, sets []*keyset.Set, wait time.Duration) (fetched func()) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	var all sync.WaitGroup
	for _, set := range sets {
		all.Go(func() { set.Prefetch(ctx) })
	}
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	return func() {
		defer cancel()
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
}
