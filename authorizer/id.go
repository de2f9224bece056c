package authorizer

import (
	"crypto/rand"
	"encoding/hex"
)

// newID returns 128 random bits as 32 hexadecimal digits.
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: the program ends first
	return hex.EncodeToString(id[:])
}
