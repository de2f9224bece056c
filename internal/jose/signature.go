package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"
)

// Verify says whether signature is the key's over signed (RFC 7518, section 3;
// RFC 8037, section 3.1). The algorithm goes by its registered name, and an
// unknown one verifies nothing. The caller has made sure that the key fits the
// algorithm; a key of another type is refused all the same.
func Verify(algorithm string, key crypto.PublicKey, signed, signature []byte) bool {
	hash, digest := digestFor(algorithm, signed)
	switch algorithm {
	case "RS256", "RS384", "RS512":
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(pub, hash, digest, signature) == nil
	case "PS256", "PS384", "PS512":
		// RFC 7518, section 3.5: the salt is as long as the hash.
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPSS(pub, hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
	case "ES256", "ES384", "ES512":
		pub, ok := key.(*ecdsa.PublicKey)
		return ok && verifyECDSA(pub, digest, signature)
	case "EdDSA":
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
func digestFor(algorithm string, signed []byte) (crypto.Hash, []byte) {
	switch algorithm {
	case "RS256", "PS256", "ES256":
		sum := sha256.Sum256(signed)
		return crypto.SHA256, sum[:]
	case "RS384", "PS384", "ES384":
		sum := sha512.Sum384(signed)
		return crypto.SHA384, sum[:]
	case "RS512", "PS512", "ES512":
		sum := sha512.Sum512(signed)
		return crypto.SHA512, sum[:]
	}
	return 0, nil
}
