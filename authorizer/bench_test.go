package authorizer_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
)

// distinctTokens is how many tokens take turns where none is to be remembered
// when it comes again.
const distinctTokens = 513

func benchmarkTokens(b *testing.B, s *issuer, algorithm string, n int) []string {
	b.Helper()
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = s.token(claim("jti", fmt.Sprint("t-", i)), signedAs(algorithm))
	}
	return tokens
}

func benchmarkRequests(b *testing.B, tokens []string) []*event.Request {
	b.Helper()
	requests := make([]*event.Request, len(tokens))
	for i, raw := range tokens {
		var err error
		if requests[i], err = event.Decode((request{authorization: "Bearer " + raw}).event(b)); err != nil {
			b.Fatal(err)
		}
	}
	return requests
}

// BenchmarkDecision measures from a decoded event to the decision, with the
// key set fetched before.
func BenchmarkDecision(b *testing.B) {
	s := newIssuer(b)
	for _, algorithm := range []string{"RS256", "ES256"} {
		for _, c := range []struct {
			name string
			n    int
		}{{"distinct tokens", distinctTokens}, {"one token repeated", 1}} {
			b.Run(algorithm+"/"+c.name, func(b *testing.B) {
				requests := benchmarkRequests(b, benchmarkTokens(b, s, algorithm, c.n))
				decideAll(b, newSubject(b, s.trusted()).Authorizer, requests)
			})
		}
	}
}

func decideAll(b *testing.B, a *authorizer.Authorizer, requests []*event.Request) {
	b.Helper()
	if reason := a.Decide(b.Context(), requests[0]); reason != access.Allowed {
		b.Fatalf("reason = %q", reason)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a.Decide(b.Context(), requests[i%len(requests)])
	}
}

// BenchmarkRoutes measures the same decision against few and many routes.
func BenchmarkRoutes(b *testing.B) {
	s := newIssuer(b)
	requests := benchmarkRequests(b, benchmarkTokens(b, s, "ES256", distinctTokens))
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a, err := authorizer.New(authorizer.Config{Table: tableOf(b, n), Issuers: []token.Issuer{s.trusted()}, Out: io.Discard})
			if err != nil {
				b.Fatal(err)
			}
			decideAll(b, a, requests)
		})
	}
}

// tableOf has n routes. It is read from JSON: Compile compares all routes with
// each other, which is not what is measured here.
func tableOf(b *testing.B, n int) *access.Table {
	b.Helper()
	one := string(testTable(b).JSON())
	before, after, found := strings.Cut(one, `"GET /menu":`)
	if !found || !strings.HasSuffix(before, ",") {
		b.Fatalf("table = %s", one)
	}
	public, after, found := strings.Cut(after, `,"GET /orders/{id}"`)
	if !found {
		b.Fatalf("table = %s", one)
	}
	var text strings.Builder
	text.WriteString(before)
	for i := range n - 4 {
		fmt.Fprintf(&text, `"GET /a%06d":%s,`, i, public)
	}
	table, err := access.ParseTable([]byte(text.String() + `"GET /orders/{id}"` + after))
	if err != nil {
		b.Fatal(err)
	}
	if got := len(table.Routes()); got != n {
		b.Fatalf("table has %d routes, want %d", got, n)
	}
	return table
}

// BenchmarkSignature measures the bare check of the same tokens' signatures
// with the standard library, below which no decision can get.
func BenchmarkSignature(b *testing.B) {
	s := newIssuer(b)
	for _, algorithm := range []string{"RS256", "ES256"} {
		b.Run(algorithm, func(b *testing.B) {
			tokens := benchmarkTokens(b, s, algorithm, distinctTokens)
			public, err := s.trusted().Keys.Find(b.Context(), "", keyset.Algorithm(algorithm))
			if err != nil {
				b.Fatal(err)
			}
			digests, signatures := make([][32]byte, len(tokens)), make([][]byte, len(tokens))
			for i, raw := range tokens {
				end := strings.LastIndex(raw, ".")
				digests[i] = sha256.Sum256([]byte(raw[:end]))
				signatures[i], _ = base64.RawURLEncoding.DecodeString(raw[end+1:])
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				i := i % len(tokens)
				if !verifies(public, digests[i][:], signatures[i]) {
					b.Fatal("a signature does not hold")
				}
			}
		})
	}
}

func verifies(public crypto.PublicKey, digest, signature []byte) bool {
	if key, ok := public.(*rsa.PublicKey); ok {
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest, signature) == nil
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return ecdsa.Verify(public.(*ecdsa.PublicKey), digest, r, s)
}

// BenchmarkInvoke measures from the event's bytes to the answer's, with the
// audit line: all that the function does while the gateway waits.
func BenchmarkInvoke(b *testing.B) {
	s := newIssuer(b)
	for _, algorithm := range []string{"RS256", "ES256"} {
		good := request{authorization: "Bearer " + benchmarkTokens(b, s, algorithm, 1)[0]}
		b.Run(algorithm, func(b *testing.B) { invokeAll(b, s, good.event(b), `"isAuthorized":true`) })
		b.Run("REST/"+algorithm, func(b *testing.B) { invokeAll(b, s, good.restEvent(b), `"Effect":"Allow"`) })
	}
}

func invokeAll(b *testing.B, s *issuer, raw []byte, want string) {
	b.Helper()
	a, err := authorizer.New(authorizer.Config{Table: testTable(b), Issuers: []token.Issuer{s.trusted()}, Out: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if answer, err := a.Invoke(b.Context(), raw); err != nil || !bytes.Contains(answer, []byte(want)) {
			b.Fatalf("Invoke = %s, %v", answer, err)
		}
	}
}

// BenchmarkDecode measures how long the event takes to read.
func BenchmarkDecode(b *testing.B) {
	good := request{authorization: "Bearer " + benchmarkTokens(b, newIssuer(b), "RS256", 1)[0]}
	for name, raw := range map[string][]byte{"HTTP": good.event(b), "REST": good.restEvent(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := event.Decode(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
