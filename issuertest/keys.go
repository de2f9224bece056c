package issuertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // for crypto.SHA256.New
	_ "crypto/sha512" // for crypto.SHA384.New and crypto.SHA512.New
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
)

// A signer is a key pair for one algorithm.
type signer struct {
	id        string
	algorithm string
	private   crypto.Signer
}

// newSigner makes a key pair.
func newSigner(id, algorithm string) (*signer, error) {
	var private crypto.Signer
	var err error
	switch algorithm {
	case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512":
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ES256":
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		private, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, fmt.Errorf("issuer, cannot sign with that algorithm, got %q, write one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA", algorithm)
	}
	if err != nil {
		return nil, fmt.Errorf("issuer, no key for %s: %w", algorithm, err)
	}
	return &signer{id, algorithm, private}, nil
}

// sign returns the signature of a token's first two parts (RFC 7518, section
// 3, and RFC 8037, section 3.1).
func (s *signer) sign(input string) ([]byte, error) {
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[s.algorithm[2:]]
	message := []byte(input)
	if hash != 0 {
		h := hash.New()
		h.Write(message)
		message = h.Sum(nil)
	}
	switch key := s.private.(type) {
	case *rsa.PrivateKey:
		if s.algorithm[0] == 'P' {
			return rsa.SignPSS(rand.Reader, key, hash, message, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
		return rsa.SignPKCS1v15(rand.Reader, key, hash, message)
	case *ecdsa.PrivateKey:
		r, v, err := ecdsa.Sign(rand.Reader, key, message)
		if err != nil {
			return nil, err
		}
		size := (key.Params().BitSize + 7) / 8
		signature := make([]byte, 2*size)
		r.FillBytes(signature[:size])
		v.FillBytes(signature[size:])
		return signature, nil
	default:
		return s.private.Sign(rand.Reader, message, crypto.Hash(0))
	}
}

// jwk returns the public key as a member of a key set.
func (s *signer) jwk() map[string]string {
	b64 := base64.RawURLEncoding.EncodeToString
	jwk := map[string]string{"kid": s.id, "alg": s.algorithm, "use": "sig"}
	switch key := s.private.Public().(type) {
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", b64(key.N.Bytes()), b64(big.NewInt(int64(key.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := key.Bytes() // 4, x, y
		if err != nil {
			panic(err) // a key of our own making
		}
		size := len(point) / 2
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", key.Params().Name, b64(point[1:1+size]), b64(point[1+size:])
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", b64(key)
	}
	return jwk
}

// A keyring has the keys of an issuer. The zero keyring makes them when they
// are first asked for, one per algorithm.
type keyring struct {
	made      int
	current   []*signer // sign: one per algorithm
	former    []*signer // no longer sign, and are still published
	strangers []*signer // sign, and are not published
}

// signer returns the key that signs with an algorithm.
func (k *keyring) signer(algorithm string) (*signer, error) {
	return k.pick(&k.current, "key", algorithm)
}

// stranger returns a key that is not in the set, by a name that is not either.
func (k *keyring) stranger(algorithm string) (*signer, error) {
	return k.pick(&k.strangers, "unknown", algorithm)
}

func (k *keyring) pick(from *[]*signer, name, algorithm string) (*signer, error) {
	for _, s := range *from {
		if s.algorithm == algorithm {
			return s, nil
		}
	}
	s, err := newSigner(fmt.Sprintf("%s-%d", name, k.made+1), algorithm)
	if err != nil {
		return nil, err
	}
	k.made++
	*from = append(*from, s)
	return s, nil
}

func (k *keyring) rotate() error {
	old := k.current
	k.current = nil
	for _, s := range old {
		if _, err := k.signer(s.algorithm); err != nil {
			return err
		}
	}
	k.former = append(k.former, old...)
	return nil
}

// published returns the key set.
func (k *keyring) published() map[string]any {
	jwks := []map[string]string{}
	for _, s := range slices.Concat(k.current, k.former) {
		jwks = append(jwks, s.jwk())
	}
	return map[string]any{"keys": jwks}
}

// KeyID returns the name of the key that signs with the issuer's own
// algorithm now.
func (i *Issuer) KeyID() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	s, err := i.keys.signer(i.config.Algorithm)
	if err != nil {
		i.fail("%v", err)
		return ""
	}
	return s.id
}

// Rotate makes new keys, with new names, that sign from now on. The former ones
// stay in the key set, so that tokens they have signed can still be checked:
// see [Issuer.RevokeOld].
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if err := i.keys.rotate(); err != nil {
		i.fail("%v", err)
	}
}

// RevokeOld takes every key that does not sign any more out of the key set.
func (i *Issuer) RevokeOld() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys.former = nil
}
