package suites

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/asn1"
	"math/big"
	"math/rand/v2"
	"slices"
)

// order is that of Ed25519's group, 2^252 and something (RFC 8032, section 5.1).
var order = func() *big.Int {
	rest, _ := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	return rest.Add(rest, new(big.Int).Lsh(big.NewInt(1), 252))
}()

const secondForm = "the second form of an ECDSA signature"

// signatureMutations change the numbers that a signature is made of.
var signatureMutations = []mutation{
	{secondForm, func(_ *rand.Rand, o original) string {
		key, ok := o.public.(*ecdsa.PublicKey)
		if !ok {
			return ""
		}
		r, s := halves(decode(o.signature))
		return o.signatureWith(joined(key.Curve, r, s.Sub(key.Params().N, s)))
	}},
	{"other numbers of ECDSA", func(rnd *rand.Rand, o original) string {
		key, ok := o.public.(*ecdsa.PublicKey)
		if !ok {
			return ""
		}
		r, s := halves(decode(o.signature))
		n := key.Params().N
		size := (key.Params().BitSize + 7) / 8
		plus := func(x *big.Int) *big.Int { // fits P-521's halves always, others' hardly ever
			if sum := new(big.Int).Add(x, n); sum.BitLen() <= size*8 {
				return sum
			}
			return n
		}
		minus := func(x *big.Int) *big.Int { return new(big.Int).Sub(n, x) }
		zero, one := new(big.Int), big.NewInt(1)
		pair := pick(rnd, [2]*big.Int{s, r}, [2]*big.Int{plus(r), s}, [2]*big.Int{r, plus(s)}, [2]*big.Int{minus(r), s}, [2]*big.Int{minus(r), minus(s)},
			[2]*big.Int{zero, s}, [2]*big.Int{r, zero}, [2]*big.Int{zero, zero}, [2]*big.Int{one, one}, [2]*big.Int{n, n}, [2]*big.Int{r, r}, [2]*big.Int{minus(one), one})
		return o.signatureWith(joined(key.Curve, pair[0], pair[1]))
	}},
	{"other form of ECDSA's numbers", func(rnd *rand.Rand, o original) string {
		if _, ok := o.public.(*ecdsa.PublicKey); !ok {
			return ""
		}
		signature := decode(o.signature)
		size := len(signature) / 2
		r, s := halves(signature)
		der := must(asn1.Marshal(struct{ R, S *big.Int }{r, s}))
		wide := slices.Concat([]byte{0}, signature[:size], []byte{0}, signature[size:])
		middle := slices.Concat(signature[:size], []byte{0}, signature[size:]) // r and s have their values
		return o.signatureWith(pick(rnd, der, wide, middle, append([]byte{0}, signature...), append(bytes.Clone(signature), 0), append(bytes.Clone(signature), signature...),
			signature[:size], signature[:len(signature)-1], signature[1:], reversed(signature)))
	}},
	{"other numbers of RSA", func(rnd *rand.Rand, o original) string {
		key, ok := o.public.(*rsa.PublicKey)
		if !ok {
			return ""
		}
		signature := decode(o.signature)
		number := new(big.Int).SetBytes(signature)
		wide := func(x *big.Int) []byte { return x.FillBytes(make([]byte, len(signature)+1)) }
		return o.signatureWith(pick(rnd, append([]byte{0}, signature...), append(bytes.Clone(signature), 0), signature[1:], signature[:len(signature)-1],
			wide(new(big.Int).Add(number, key.N)), new(big.Int).Sub(key.N, number).FillBytes(make([]byte, len(signature))),
			make([]byte, len(signature)), key.N.Bytes(), big.NewInt(1).FillBytes(make([]byte, len(signature))), reversed(signature)))
	}},
	{"other numbers of Ed25519", func(rnd *rand.Rand, o original) string {
		if _, ok := o.public.(ed25519.PublicKey); !ok {
			return ""
		}
		signature := decode(o.signature)
		s := new(big.Int).SetBytes(reversed(signature[32:]))
		s.Add(s, new(big.Int).Mul(order, big.NewInt(1+rnd.Int64N(8))))
		more := slices.Concat(signature[:32], reversed(s.FillBytes(make([]byte, 32))))
		negative := bytes.Clone(signature)
		negative[31] ^= 0x80
		identity := make([]byte, 64)
		identity[0] = 1
		return o.signatureWith(pick(rnd, more, more, negative, identity, make([]byte, 64), signature[:63], append(bytes.Clone(signature), 0), reversed(signature)))
	}},
}

func halves(signature []byte) (r, s *big.Int) {
	size := len(signature) / 2
	return new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
}

func reversed(data []byte) []byte {
	data = bytes.Clone(data)
	slices.Reverse(data)
	return data
}
