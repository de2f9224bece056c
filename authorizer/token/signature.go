package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// verifySignature says whether signature is the key's over signed (RFC 7518,
// section 3; RFC 8037, section 3.1). The caller has made sure that the key fits
// the algorithm; a key of another type is refused all the same.
func verifySignature(algorithm keyset.Algorithm, key crypto.PublicKey, signed, signature []byte) bool {
	hash, digest := digestFor(algorithm, signed)
	switch algorithm {
	case keyset.RS256, keyset.RS384, keyset.RS512:
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(pub, hash, digest, signature) == nil
	case keyset.PS256, keyset.PS384, keyset.PS512:
		// RFC 7518, section 3.5: the salt is as long as the hash.
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPSS(pub, hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
	case keyset.ES256, keyset.ES384, keyset.ES512:
		pub, ok := key.(*ecdsa.PublicKey)
		return ok && verifyECDSA(pub, digest, signature)
	case keyset.EdDSA:
		pub, ok := key.(ed25519.PublicKey)
		return ok && len(pub) == ed25519.PublicKeySize && ed25519.Verify(pub, signed, signature)
	}
	return false
}

// verifyECDSA takes r and s as two numbers of the curve's full length, one after
// the other (RFC 7518, section 3.4). ASN.1 or any other length is refused. r and
// s that are zero or not below the order are refused by [ecdsa.Verify].
func verifyECDSA(pub *ecdsa.PublicKey, digest, signature []byte) bool {
	size := (pub.Curve.Params().BitSize + 7) / 8
	if len(signature) != 2*size {
		return false
	}
	r := new(big.Int).SetBytes(signature[:size])
	s := new(big.Int).SetBytes(signature[size:])
	return ecdsa.Verify(pub, digest, r, s)
}

// digestFor returns the hash that the algorithm signs and which one it is,
// neither for EdDSA, which takes the whole text.
func digestFor(algorithm keyset.Algorithm, signed []byte) (crypto.Hash, []byte) {
	switch algorithm {
	case keyset.RS256, keyset.PS256, keyset.ES256:
		sum := sha256.Sum256(signed)
		return crypto.SHA256, sum[:]
	case keyset.RS384, keyset.PS384, keyset.ES384:
		sum := sha512.Sum384(signed)
		return crypto.SHA384, sum[:]
	case keyset.RS512, keyset.PS512, keyset.ES512:
		sum := sha512.Sum512(signed)
		return crypto.SHA512, sum[:]
	}
	return 0, nil
}
