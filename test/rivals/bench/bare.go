package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// signed is a token as the standard library checks it.
type signed struct{ text, signature []byte }

// bareCheck returns the bare check of tokens' signatures, hash included, below
// which nobody can get.
func bareCheck(ctx context.Context, s settings, algorithm string, tokens []string) (func(i int) bool, error) {
	set, err := keyset.New(keyset.Config{URL: s.KeysURL})
	if err != nil {
		return nil, err
	}
	public, err := set.Find(ctx, "", keyset.Algorithm(algorithm))
	if err != nil {
		return nil, err
	}
	all := make([]signed, len(tokens))
	for i, token := range tokens {
		end := strings.LastIndexByte(token, '.')
		signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
		if err != nil {
			return nil, err
		}
		if algorithm == "ES256" { // crypto/ecdsa takes ASN.1
			r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
			if signature, err = asn1.Marshal(struct{ R, S *big.Int }{r, s}); err != nil {
				return nil, err
			}
		}
		all[i] = signed{[]byte(token[:end]), signature}
	}
	switch key := public.(type) {
	case *rsa.PublicKey:
		return func(i int) bool {
			t := all[i%len(all)]
			digest := sha256.Sum256(t.text)
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], t.signature) == nil
		}, nil
	case *ecdsa.PublicKey:
		return func(i int) bool {
			t := all[i%len(all)]
			digest := sha256.Sum256(t.text)
			return ecdsa.VerifyASN1(key, digest[:], t.signature)
		}, nil
	case ed25519.PublicKey:
		return func(i int) bool {
			t := all[i%len(all)]
			return ed25519.Verify(key, t.text, t.signature)
		}, nil
	}
	return nil, fmt.Errorf("key, is of an unknown kind, got %T", public)
}
