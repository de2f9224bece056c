package token

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// refuseAll fails the test where a token with one of the signatures is let
// through, or refused for another reason than its signature.
func refuseAll(t *testing.T, signed string, signatures map[string][]byte) {
	t.Helper()
	v := newTestVerifier(t, 0)
	for name, signature := range signatures {
		verified, err := v.Verify(t.Context(), signed+"."+encode(signature))
		if got := reasonOf(t, verified, err); got != access.SignatureInvalid {
			t.Errorf("%s: Verify = %v, want %v", name, got, access.SignatureInvalid)
		}
	}
}

// signedPart is what is signed of a good token, and its signature.
func signedPart(t *testing.T, alg keyset.Algorithm) (signed string, signature []byte) {
	t.Helper()
	p := partsOf(goodCompact(t, ProfileRFC9068, alg))
	return p.header + "." + p.payload, decoded(p.signature)
}

func TestAnECDSASignatureHasOneForm(t *testing.T) {
	for _, alg := range []keyset.Algorithm{keyset.ES256, keyset.ES384, keyset.ES512} {
		key := keys()[keyFor(alg)].(*ecdsa.PrivateKey)
		signed, good := signedPart(t, alg)
		n, size := key.Params().N, len(good)/2
		r, s := good[:size], good[size:]
		wide := func(numbers ...*big.Int) (out []byte) {
			for _, number := range numbers {
				out = append(out, number.FillBytes(make([]byte, size))...)
			}
			return out
		}
		add := func(d int64) *big.Int { return new(big.Int).Add(n, big.NewInt(d)) }
		number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
		one := big.NewInt(1)
		most := new(big.Int).Sub(new(big.Int).Lsh(one, uint(8*size)), one)
		join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
		der := must(ecdsa.SignASN1(rand.Reader, key, second(digestFor(alg, []byte(signed)))))
		forms := map[string][]byte{
			"nothing":                            {},
			"r alone":                            r,
			"r and s in ASN.1":                   der,
			"zeros":                              make([]byte, 2*size),
			"r zero":                             join(make([]byte, size), s),
			"s zero":                             join(r, make([]byte, size)),
			"r one and s one":                    wide(one, one),
			"r the order":                        join(wide(n), s),
			"s the order":                        join(r, wide(n)),
			"r and s the order":                  wide(n, n),
			"r the order and one":                join(wide(add(1)), s),
			"s the order and one":                join(r, wide(add(1))),
			"r the largest number":               join(wide(most), s),
			"s the largest number":               join(r, wide(most)),
			"r negated":                          join(wide(new(big.Int).Sub(n, number(r))), s),
			"one byte short":                     good[:2*size-1],
			"one byte long":                      join(good, []byte{0}),
			"one byte before":                    join([]byte{0}, good),
			"a zero before each":                 join([]byte{0}, r, []byte{0}, s),
			"r and s the other way round":        join(s, r),
			"r twice":                            join(r, r),
			"twice":                              join(good, good),
			"in hexadecimal":                     []byte(hex.EncodeToString(good)),
			"in base64url once more":             []byte(encode(good)),
			"of the payload alone":               sign(alg, key, []byte(signed[bytes.IndexByte([]byte(signed), '.')+1:])),
			"of the parts without the dot":       sign(alg, key, bytes.Replace([]byte(signed), []byte("."), nil, 1)),
			"of what the parts decode to":        sign(alg, key, join(decoded(partsOf(signed+".").header), []byte("."), decoded(partsOf(signed+".").payload))),
			"of the parts and a dot":             sign(alg, key, []byte(signed+".")),
			"of the parts and a line break":      sign(alg, key, []byte(signed+"\n")),
			"of another token":                   sign(alg, key, []byte(partsOf(goodCompact(t, ProfileCognito, keyset.RS256)).payload)),
			"little end first":                   join(reversed(r), reversed(s)),
			"by a key of its own":                sign(alg, other()[keyFor(alg)], []byte(signed)),
			"by the key, of the hash of a hash":  sign(alg, key, second(digestFor(alg, []byte(signed)))),
			"with a length before it":            join([]byte{byte(len(good))}, good),
			"as a signature of the SSH protocol": join([]byte{0, 0, 0, byte(size)}, r, []byte{0, 0, 0, byte(size)}, s),
		}
		// What fits only where the curve's order leaves room.
		if plus := new(big.Int).Add(n, number(r)); plus.BitLen() <= 8*size {
			forms["r plus the order"] = join(wide(plus), s)
		}
		for _, another := range []keyset.Algorithm{keyset.ES256, keyset.ES384, keyset.ES512} {
			if another != alg {
				forms["of "+string(another)] = sign(another, keys()[keyFor(another)], []byte(signed))
				forms["with the hash of "+string(another)] = wide(rsOf(key, second(digestFor(another, []byte(signed)))))
			}
		}
		t.Run(string(alg), func(t *testing.T) { refuseAll(t, signed, forms) })
	}
}

func second[A, B any](_ A, b B) B { return b }

func rsOf(key *ecdsa.PrivateKey, digest []byte) (r, s *big.Int) {
	r, s, err := ecdsa.Sign(rand.Reader, key, digest)
	return must(r, err), s
}

func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

// Anybody can make the second form of an ECDSA signature, and RFC 7518 does not
// forbid it: the package's doc says so, and that deny lists must go by jti.
func TestTheSecondFormOfAnECDSASignatureIsKnownToHold(t *testing.T) {
	signed, good := signedPart(t, keyset.ES256)
	n := keys()["p256"].(*ecdsa.PrivateKey).Params().N
	s := new(big.Int).Sub(n, new(big.Int).SetBytes(good[32:]))
	if _, err := newTestVerifier(t, 0).Verify(t.Context(), signed+"."+encode(append(good[:32:32], s.FillBytes(make([]byte, 32))...))); err != nil {
		t.Errorf("Verify = %v: then the package's doc is wrong", err)
	}
}

func TestAnRSASignatureHasOneForm(t *testing.T) {
	key := keys()["rsa"].(*rsa.PrivateKey)
	// A signature that begins with a zero byte, so that one can be stripped.
	var signed string
	var good []byte
	for i := 0; good == nil || good[0] != 0; i++ {
		p := partsOf(vector{Profile: ProfileRFC9068, Claims: raw(`{"jti":"` + strconv.Itoa(i) + `"}`)}.token(t))
		signed, good = p.header+"."+p.payload, decoded(p.signature)
	}
	if _, err := newTestVerifier(t, 0).Verify(t.Context(), signed+"."+encode(good)); err != nil {
		t.Fatalf("the good token is refused: %v", err)
	}
	number := new(big.Int).SetBytes(good)
	full := func(n *big.Int) []byte { return n.FillBytes(make([]byte, key.Size()+1)) }
	forms := map[string][]byte{
		"nothing":                   {},
		"without its leading zero":  good[1:],
		"with a zero before it":     append([]byte{0}, good...),
		"with a zero behind it":     append(good[:len(good):len(good)], 0),
		"without its last byte":     good[:len(good)-1],
		"zero":                      make([]byte, key.Size()),
		"one":                       full(big.NewInt(1))[1:],
		"the modulus":               key.N.Bytes(),
		"the modulus less one":      new(big.Int).Sub(key.N, big.NewInt(1)).Bytes(),
		"the modulus less itself":   new(big.Int).Sub(key.N, number).Bytes(),
		"itself plus the modulus":   new(big.Int).Add(key.N, number).Bytes(),
		"plus twice the modulus":    full(new(big.Int).Add(new(big.Int).Lsh(key.N, 1), number)),
		"all ones":                  bytes.Repeat([]byte{0xff}, key.Size()),
		"little end first":          reversed(good),
		"twice":                     append(good[:len(good):len(good)], good...),
		"in hexadecimal":            []byte(hex.EncodeToString(good)),
		"of the payload alone":      sign(keyset.RS256, key, []byte(partsOf(signed+".").payload)),
		"with the hash of RS384":    sign(keyset.RS384, key, []byte(signed)),
		"with the hash of RS512":    sign(keyset.RS512, key, []byte(signed)),
		"with SHA-1":                must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA1, sum(sha1.New, signed))),
		"with MD5 and SHA-1":        must(rsa.SignPKCS1v15(rand.Reader, key, crypto.MD5SHA1, make([]byte, 36))),
		"of the hash without name":  must(rsa.SignPKCS1v15(rand.Reader, key, 0, sum(sha256.New, signed))),
		"with PSS":                  sign(keyset.PS256, key, []byte(signed)),
		"by a key of its own":       sign(keyset.RS256, other()["rsa"], []byte(signed)),
		"by the key, of nothing":    sign(keyset.RS256, key, nil),
		"by the key, of a line end": sign(keyset.RS256, key, []byte(signed+"\n")),
	}
	t.Run("RS256", func(t *testing.T) { refuseAll(t, signed, forms) })
}

// power makes the signature of a block that is encoded by hand: what a faulty
// signer, or a forger against a careless verifier, would make.
func power(key *rsa.PrivateKey, block []byte) []byte {
	m := new(big.Int).SetBytes(block)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// The variants of PKCS #1's block that careless verifiers take (Bleichenbacher's
// forgery of 2006 and its successors).
func TestABlockOfPKCS1IsComparedAsAWhole(t *testing.T) {
	key := keys()["rsa"].(*rsa.PrivateKey)
	signed, _ := signedPart(t, keyset.RS256)
	digest := sum(sha256.New, signed)
	unhex := func(text string) []byte { return must(hex.DecodeString(text)) }
	info := append(unhex("3031300d060960864801650304020105000420"), digest...)
	block := func(kind byte, filler byte, middle, rest []byte) []byte {
		b := append([]byte{0, kind}, bytes.Repeat([]byte{filler}, key.Size()-2-len(middle)-len(rest))...)
		return append(append(b, middle...), rest...)
	}
	separator := []byte{0}
	if good := power(key, block(1, 0xff, separator, info)); newTestVerifier(t, 0).check(t, signed, good) != access.Allowed {
		t.Fatal("the good block is refused")
	}
	short := append(append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 8)...), append(separator, info...)...)
	forms := map[string][]byte{
		"without the parameters of the hash":   block(1, 0xff, separator, append(unhex("302f300b0609608648016503040201"+"0420"), digest...)),
		"with other parameters of the hash":    block(1, 0xff, separator, append(unhex("3033300f060960864801650304020104020000"+"0420"), digest...)),
		"with a length in two bytes":           block(1, 0xff, separator, append(unhex("308131300d060960864801650304020105000420"), digest...)),
		"with the name of another hash":        block(1, 0xff, separator, append(unhex("3031300d060960864801650304020205000420"), digest...)),
		"with a byte behind the hash":          block(1, 0xff, separator, append(slices.Clone(info), 0)),
		"with short padding and rubbish after": append(short, make([]byte, key.Size()-len(short))...),
		"of the kind for encryption":           block(2, 0xff, separator, info),
		"of kind 0":                            block(0, 0xff, separator, info),
		"with padding of zeros":                block(1, 0, separator, info),
		"with padding of other bytes":          block(1, 0xfe, separator, info),
		"without a separator":                  block(1, 0xff, nil, info),
		"with two separators":                  block(1, 0xff, []byte{0, 0}, info),
		"with the hash alone":                  block(1, 0xff, separator, digest),
		"with the hash in an OCTET STRING":     block(1, 0xff, separator, append([]byte{4, 32}, digest...)),
		"with the hash cut short":              block(1, 0xff, separator, info[:len(info)-1]),
		"that is the hash and nothing else":    append(make([]byte, key.Size()-32), digest...),
	}
	for name, b := range forms {
		if len(b) != key.Size() {
			t.Fatalf("%s: %d bytes", name, len(b))
		}
		forms[name] = power(key, b)
	}
	refuseAll(t, signed, forms)
}

func (v *Verifier) check(t *testing.T, signed string, signature []byte) access.Reason {
	t.Helper()
	verified, err := v.Verify(t.Context(), signed+"."+encode(signature))
	return reasonOf(t, verified, err)
}

// encodePSS is EMSA-PSS (RFC 8017, section 9.1.1) with everything that RFC 7518
// fixes left open.
func encodePSS(digest []byte, bits int, salt int, trailer, separator byte, mgf, inner func() hash.Hash) []byte {
	size := (bits + 7) / 8
	h := inner()
	h.Write(make([]byte, 8))
	h.Write(digest)
	h.Write(make([]byte, salt))
	m := h.Sum(nil)
	db := append(append(make([]byte, size-len(m)-salt-2), separator), make([]byte, salt)...)
	for i, counter := 0, uint32(0); i < len(db); counter++ {
		g := mgf()
		g.Write(m)
		_ = binary.Write(g, binary.BigEndian, counter)
		for _, b := range g.Sum(nil) {
			if i < len(db) {
				db[i] ^= b
				i++
			}
		}
	}
	db[0] &= 0xff >> (8*size - bits)
	return append(append(db, m...), trailer)
}

func TestAPSSSignatureHasTheParametersOfItsAlgorithm(t *testing.T) {
	key := keys()["rsa"].(*rsa.PrivateKey)
	hashes := map[keyset.Algorithm]func() hash.Hash{keyset.PS256: sha256.New, keyset.PS384: sha512.New384, keyset.PS512: sha512.New}
	for alg, own := range hashes {
		signed, good := signedPart(t, alg)
		digest, bits, size := sum(own, signed), key.N.BitLen()-1, own().Size()
		byHand := func(salt int, trailer, separator byte, mgf, inner func() hash.Hash) []byte {
			return power(key, encodePSS(digest, bits, salt, trailer, separator, mgf, inner))
		}
		if newTestVerifier(t, 0).check(t, signed, byHand(size, 0xbc, 1, own, own)) != access.Allowed {
			t.Fatalf("%s: the good block is refused", alg)
		}
		forms := map[string][]byte{
			"nothing":                 {},
			"one byte short":          good[1:],
			"one byte long":           append([]byte{0}, good...),
			"with another trailer":    byHand(size, 0xcc, 1, own, own),
			"without a separator":     byHand(size, 0xbc, 0, own, own),
			"with MGF1 over SHA-1":    byHand(size, 0xbc, 1, sha1.New, own),
			"with SHA-1 inside":       byHand(size, 0xbc, 1, own, sha1.New),
			"with PKCS #1":            sign(keyset.Algorithm("RS"+string(alg[2:])), key, []byte(signed)),
			"of the payload alone":    sign(alg, key, []byte(partsOf(signed+".").payload)),
			"by a key of its own":     sign(alg, other()["rsa"], []byte(signed)),
			"plus the modulus":        new(big.Int).Add(key.N, new(big.Int).SetBytes(good)).Bytes(),
			"the modulus":             key.N.Bytes(),
			"zeros":                   make([]byte, key.Size()),
			"the modulus less itself": new(big.Int).Sub(key.N, new(big.Int).SetBytes(good)).FillBytes(make([]byte, key.Size())),
		}
		for _, salt := range []int{0, 1, 20, size - 1, size + 1, key.Size() - size - 2} {
			forms[fmt.Sprintf("with a salt of %d", salt)] = byHand(salt, 0xbc, 1, own, own)
		}
		for another, newHash := range hashes {
			if another != alg {
				forms["of "+string(another)] = sign(another, key, []byte(signed))
				forms["with MGF1 of "+string(another)] = byHand(size, 0xbc, 1, newHash, own)
			}
		}
		t.Run(string(alg), func(t *testing.T) { refuseAll(t, signed, forms) })
	}
}

func TestAnEd25519SignatureHasOneForm(t *testing.T) {
	key := keys()["ed"].(ed25519.PrivateKey)
	signed, good := signedPart(t, keyset.EdDSA)
	// The order of the group (RFC 8032, section 5.1).
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	plus := func(times int64) []byte {
		s := new(big.Int).SetBytes(reversed(good[32:]))
		s.Add(s, new(big.Int).Mul(order, big.NewInt(times)))
		return append(good[:32:32], reversed(s.FillBytes(make([]byte, 32)))...)
	}
	minus := func() []byte {
		s := new(big.Int).Sub(order, new(big.Int).SetBytes(reversed(good[32:])))
		return append(good[:32:32], reversed(s.FillBytes(make([]byte, 32)))...)
	}
	digest := sum(sha512.New, signed)
	point := append([]byte{1}, make([]byte, 31)...) // the neutral element
	refuseAll(t, signed, map[string][]byte{
		"nothing":                           {},
		"63 bytes":                          good[:63],
		"65 bytes":                          append(good[:64:64], 0),
		"zeros":                             make([]byte, 64),
		"s plus the order":                  plus(1),
		"s plus twice the order":            plus(2),
		"s negated":                         minus(),
		"s the order":                       append(good[:32:32], reversed(order.FillBytes(make([]byte, 32)))...),
		"the neutral element and s zero":    append(point[:32:32], make([]byte, 32)...),
		"r and s the other way round":       append(good[32:64:64], good[:32]...),
		"of the hash":                       ed25519.Sign(key, digest),
		"of the hash, as Ed25519ph":         must(key.Sign(nil, digest, &ed25519.Options{Hash: crypto.SHA512})),
		"with a context, as Ed25519ctx":     must(key.Sign(nil, []byte(signed), &ed25519.Options{Context: "token"})),
		"of the payload alone":              ed25519.Sign(key, []byte(partsOf(signed+".").payload)),
		"by a key of its own":               sign(keyset.EdDSA, other()["ed"], []byte(signed)),
		"of ES256, which has its length":    sign(keyset.ES256, keys()["p256"], []byte(signed)),
		"in hexadecimal":                    []byte(hex.EncodeToString(good)),
		"with the sign of r changed":        append(append(good[:31:31], good[31]^0x80), good[32:]...),
		"with the highest bit of s set":     append(good[:63:63], good[63]|0x80),
		"with the seventh bit of s set":     append(good[:63:63], good[63]|0x40),
		"with the public key for its r":     append(slices.Clone([]byte(key.Public().(ed25519.PublicKey))), good[32:]...),
		"with a point that is not on it":    append(bytes.Repeat([]byte{2}, 32), good[32:]...),
		"of the parts and a line break":     ed25519.Sign(key, []byte(signed+"\n")),
		"of the parts without the dot":      ed25519.Sign(key, bytes.Replace([]byte(signed), []byte("."), nil, 1)),
		"of the claims as they are decoded": ed25519.Sign(key, decoded(partsOf(signed+".").payload)),
	})
}

// A signature is of the bytes that were sent: other bytes that mean the same are
// another token.
func TestASignatureIsOfTheBytesThatWereSent(t *testing.T) {
	key := keys()["ed"]
	header, claims := goodToken(t, ProfileRFC9068)
	header["alg"], header["kid"] = json.RawMessage(`"EdDSA"`), json.RawMessage(`"ed"`)
	h, c := string(must(json.Marshal(header))), string(must(json.Marshal(claims)))
	signature := partsOf(compact(keyset.EdDSA, key, h, c)).signature
	v := newTestVerifier(t, 0)
	for name, texts := range map[string][2]string{
		"a space behind the header":      {h + " ", c},
		"a space behind the claims":      {h, c + " "},
		"an escape in the claims":        {h, string(bytes.Replace([]byte(c), []byte(`"iss"`), []byte(`"\u0069ss"`), 1))},
		"an escape in the header":        {string(bytes.Replace([]byte(h), []byte(`"alg"`), []byte(`"\u0061lg"`), 1)), c},
		"a claim more":                   {h, c[:len(c)-1] + `,"x":1}`},
		"a parameter more":               {h[:len(h)-1] + `,"x":1}`, c},
		"the scope write":                {h, string(bytes.Replace([]byte(c), []byte(`"read"`), []byte(`"write"`), 1))},
		"an expiry one second later":     {h, string(bytes.Replace([]byte(c), []byte(`1800000300`), []byte(`1800000301`), 1))},
		"a fraction in the expiry":       {h, string(bytes.Replace([]byte(c), []byte(`1800000300`), []byte(`1800000300.0`), 1))},
		"the type of an ordinary at+jwt": {string(bytes.Replace([]byte(h), []byte(`at+jwt`), []byte(`AT+JWT`), 1)), c},
	} {
		if texts[0] == h && texts[1] == c {
			t.Fatalf("%s changes nothing", name)
		}
		verified, err := v.Verify(t.Context(), encode([]byte(texts[0]))+"."+encode([]byte(texts[1]))+"."+signature)
		if got := reasonOf(t, verified, err); got != access.SignatureInvalid {
			t.Errorf("%s: Verify = %v, want %v", name, got, access.SignatureInvalid)
		}
	}
}

func sum(newHash func() hash.Hash, text string) []byte {
	h := newHash()
	h.Write([]byte(text))
	return h.Sum(nil)
}
