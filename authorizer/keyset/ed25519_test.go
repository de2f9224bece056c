package keyset

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"testing"
)

func TestAnEd25519KeyOfASmallOrderIsRefusedWithEitherSign(t *testing.T) {
	for _, y := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	} {
		point, err := hex.DecodeString(y)
		if err != nil {
			t.Fatal(err)
		}
		for _, sign := range []byte{0, 0x80} {
			point[31] = point[31]&0x7f | sign
			jwk := members{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(point)}
			if k, err := readKey(t, jwk.String()); !errors.Is(err, errSmallOrder) {
				t.Errorf("the point %x is read as %+v, %v, want %v", point, k, err, errSmallOrder)
			}
			if EdDSA.Fits(ed25519.PublicKey(point)) {
				t.Errorf("the point %x fits EdDSA", point)
			}
		}
	}
}

func TestOtherEd25519KeysAreTaken(t *testing.T) {
	for range 100 {
		public, jwk := edKey(t, "kid-1")
		if _, err := readKey(t, jwk); err != nil || !EdDSA.Fits(public) {
			t.Errorf("the key %x: %v", public, err)
		}
	}
}
