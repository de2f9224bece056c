package suites

import (
	"crypto"
	"crypto/ecdsa"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

var (
	rounds = flag.Int("rounds", 1, "how many tokens of each library and algorithm, and how often each mutation")
	seed   = flag.Uint64("seed", 1, "which tokens and mutations; keys are always the same")
)

// table counts what the libraries accept, by row.
type table struct {
	columns []string
	rows    []string
	counts  map[string]map[string]int
}

func (t *table) add(row, column string) {
	if t.counts == nil {
		t.counts = map[string]map[string]int{}
	}
	if t.counts[row] == nil {
		t.rows = append(t.rows, row)
		t.counts[row] = map[string]int{}
	}
	t.counts[row][column]++
}

func (t *table) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n\t%s\n", strings.Join(t.columns, "\t"))
	for _, row := range t.rows {
		fmt.Fprint(w, row)
		for _, column := range t.columns {
			fmt.Fprintf(w, "\t%d", t.counts[row][column])
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return b.String()
}

func TestTokensThatOtherLibrariesSignAreAccepted(t *testing.T) {
	keys := newRing(t)
	document := keys.document()
	set := keySet(t, document)
	whole, libraries := newVerifier(t, set), rivals(t, document)
	r := rand.New(rand.NewPCG(*seed, 0))
	n := 0
	for _, signer := range slices.Sorted(maps.Keys(signers)) {
		for _, algorithm := range keyset.Algorithms() {
			for range 4 * *rounds {
				kid := kidFor(algorithm) + pick(r, "", "-other")
				raw := signers[signer](algorithm, keys[kid], kid, pick(r, randomTypes...), randomClaims(t, r))
				n++
				if got := judge(t, set, raw); got != access.Allowed {
					t.Errorf("%s by %s: form and signature are refused: %v: %s", algorithm, signer, got, raw)
				}
				if got := verify(t, whole, raw); got != access.Allowed {
					t.Errorf("%s by %s: %v: %s", algorithm, signer, got, raw)
				}
				for _, rival := range libraries {
					if !rival.jwt(raw) || rival.jws != nil && !rival.jws(raw) {
						t.Errorf("%s by %s: %s refuses it: %s", algorithm, signer, rival.name, raw)
					}
				}
			}
		}
	}
	t.Logf("%d tokens, each accepted by all four", n)
}

// Nobody who lacks the issuer's key can make a token of another. One exception
// is in the nature of ECDSA: anybody can turn a signature into its second form,
// for the same header and payload.
func TestNoMutationOfATokenIsAccepted(t *testing.T) {
	keys := newRing(t)
	issuers := maps.Clone(keys)
	maps.DeleteFunc(issuers, func(kid string, _ crypto.Signer) bool { return strings.HasSuffix(kid, "-other") }) // the attacker's
	document := issuers.document()
	set := keySet(t, document)
	libraries := rivals(t, document)
	r := rand.New(rand.NewPCG(*seed, 1))
	counts := table{columns: []string{"tried", "scopeway"}}
	for _, rival := range libraries {
		counts.columns = append(counts.columns, rival.name)
	}
	for _, signer := range slices.Sorted(maps.Keys(signers)) {
		for _, algorithm := range keyset.Algorithms() {
			whole := newVerifier(t, set)
			kid := kidFor(algorithm)
			newToken := func() string {
				return signers[signer](algorithm, keys[kid], kid, pick(r, randomTypes...), randomClaims(t, r))
			}
			o := original{raw: newToken(), another: newToken(), algorithm: algorithm, public: keys[kid].Public(), attacker: keys[kid+"-other"]}
			parts := strings.Split(o.raw, ".")
			o.header, o.payload, o.signature = parts[0], parts[1], parts[2]
			// The good ones are known to the verifier when the others come.
			if verify(t, whole, o.raw) != access.Allowed || verify(t, whole, o.another) != access.Allowed {
				t.Fatalf("%s by %s: refused: %s", algorithm, signer, o.raw)
			}
			for _, m := range slices.Concat(mutations, signatureMutations) {
				for range 4 * *rounds {
					raw := m.mutate(r, o)
					if raw == "" || raw == o.raw || raw == o.another {
						continue
					}
					counts.add(m.name, "tried")
					form, ours := judge(t, set, raw), verify(t, whole, raw)
					if ours == access.Allowed {
						counts.add(m.name, "scopeway")
						checkAccepted(t, whole, o, m.name, raw)
						if form != access.Allowed {
							t.Errorf("%s: let through, though form or signature are refused (%v): %s", m.name, form, raw)
						}
					}
					for _, rival := range libraries {
						if rival.jwt(raw) {
							counts.add(m.name, rival.name)
						} else if ours == access.Allowed {
							t.Errorf("%s: let through, and %s refuses it: %s", m.name, rival.name, raw)
						}
					}
				}
			}
		}
	}
	t.Logf("accepted of mutated tokens:\n%s", &counts)
}

// checkAccepted fails the test unless what was let through is the second form
// of a good token's signature.
func checkAccepted(t *testing.T, v *token.Verifier, o original, name, raw string) {
	t.Helper()
	key, isECDSA := o.public.(*ecdsa.PublicKey)
	if name != secondForm || !isECDSA || !strings.HasPrefix(raw, o.header+"."+o.payload+".") {
		t.Errorf("%s: let through: %s, made of %s", name, raw, o.raw)
		return
	}
	r, s := halves(decode(o.signature))
	again, second := halves(decode(raw[strings.LastIndexByte(raw, '.')+1:]))
	if r.Cmp(again) != 0 || s.Add(s, second).Cmp(key.Params().N) != 0 {
		t.Errorf("%s: let through with other numbers: %s", name, raw)
	}
	first, err1 := v.Verify(t.Context(), o.raw)
	other, err2 := v.Verify(t.Context(), raw)
	if err1 != nil || err2 != nil || fmt.Sprint(first.Caller()) != fmt.Sprint(other.Caller()) || first.TokenID() != other.TokenID() {
		t.Errorf("%s: another caller: %v %v", name, err1, err2)
	}
}
