package token

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"sync"
	"time"
)

// maxKept is how many verified tokens are remembered. One running copy of a
// function sees one request after the other, so a few hundred are the callers of
// minutes. Ordinary tokens take about a megabyte, tokens of 8 KB each take six.
const maxKept = 512

// A proof is what the full verification of a token came to. It is made for
// nothing else than a token that was let through.
type proof struct {
	verified *Verified
	times    times
	issuer   *trust
	key      crypto.PublicKey
}

// holds says whether a token that was verified before would be let through now.
// All that does not change with time is spared: the same bytes have the same
// form, claims and signature. Time and key are asked about as for a new token,
// so a token ends with its life, its key, and its issuer's key set.
func (p *proof) holds(ctx context.Context, now time.Time) bool {
	if p.times.checkTime(now) != nil {
		return false
	}
	key, err := p.issuer.Keys.Find(ctx, p.verified.keyID, p.verified.algorithm)
	return err == nil && sameKey(p.key, key)
}

func sameKey(a, b crypto.PublicKey) bool {
	// A key set that was not fetched meanwhile gives the very same.
	if old, ok := a.(*rsa.PublicKey); ok && old == b {
		return true
	}
	known, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && known.Equal(b)
}

// digest is the SHA-256 of a token as it was sent, from the first byte to the
// last. Tokens themselves are not kept.
type digest [sha256.Size]byte

// kept remembers the last tokens that were let through. The zero kept is ready
// for use, also from several goroutines.
type kept struct {
	mu     sync.Mutex
	proofs map[digest]*proof
	ring   [maxKept]digest // whose turn it is to be forgotten
	next   int
}

func (k *kept) find(d digest) *proof {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.proofs[d]
}

// keep remembers a proof in the place of the oldest one.
func (k *kept) keep(d digest, p *proof) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.proofs == nil {
		k.proofs = make(map[digest]*proof)
	}
	// A place whose token was forgotten before has nothing to delete, or, if that
	// token came back, forgets it early.
	delete(k.proofs, k.ring[k.next])
	k.ring[k.next] = d
	k.next = (k.next + 1) % maxKept
	k.proofs[d] = p
}

func (k *kept) forget(d digest) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.proofs, d)
}
