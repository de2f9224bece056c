package keyset

import (
	"math/big"
	"math/bits"
)

// A rocaPrime is a small prime with the residues that a modulus of the broken
// generator has for it: the powers of 65537.
type rocaPrime struct {
	prime  uint
	powers [3]uint64 // bit n: n is a power of 65537 modulo the prime
}

// rocaPrimes are the primes of the fingerprint that was published with
// CVE-2017-15361 (Nemec and others, "The Return of Coppersmith's Attack", CCS
// 2017, section 3): the odd ones up to 167.
var rocaPrimes = newROCAPrimes()

func newROCAPrimes() []rocaPrime {
	var primes []rocaPrime
	for n := uint(3); n <= 167; n += 2 {
		if !isPrime(n) {
			continue
		}
		p := rocaPrime{prime: n}
		for power := uint(1); !p.has(power); power = power * 65537 % n {
			p.powers[power/64] |= 1 << (power % 64)
		}
		primes = append(primes, p)
	}
	return primes
}

// isPrime is for odd numbers from 3 up. It runs when the process starts, where
// big.Int's own test would take a tenth of all that happens.
func isPrime(n uint) bool {
	for d := uint(3); d*d <= n; d += 2 {
		if n%d == 0 {
			return false
		}
	}
	return true
}

func (p rocaPrime) has(residue uint) bool { return p.powers[residue/64]>>(residue%64)&1 == 1 }

// roca says whether an RSA modulus has that fingerprint. Its primes were then
// made by a chip that leaves so little to chance that they can be found. Of
// other moduli, one in 240 million has it too.
func roca(modulus *big.Int) bool {
	words := modulus.Bits()
	for _, p := range rocaPrimes {
		residue := uint(0)
		for i := len(words) - 1; i >= 0; i-- {
			residue = bits.Rem(residue, uint(words[i]), p.prime)
		}
		if !p.has(residue) {
			return false
		}
	}
	return true
}
