package token

import (
	"crypto"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/internal/jose"
)

// verifySignature says whether signature is the key's over signed. The caller has
// made sure that the key fits the algorithm.
func verifySignature(algorithm keyset.Algorithm, key crypto.PublicKey, signed, signature []byte) bool {
	return jose.Verify(string(algorithm), key, signed, signature)
}
