package keyset

import (
	"context"
	"testing"
)

// What a warm function pays to find its key.
func BenchmarkFindInAWarmSet(b *testing.B) {
	_, jwk := edKey(b, "kid-1")
	s := &Set{clock: newClock(nil)}
	var err error
	if s.document, err = parseDocument([]byte(setOf(rfc7517RSA, jwk))); err != nil {
		b.Fatal(err)
	}
	s.fetched = s.clock.read()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Find(context.Background(), "2011-04-29", RS256); err != nil {
			b.Fatal(err)
		}
	}
}

// What a cold one pays to read a set of the size that real issuers have.
func BenchmarkParseDocument(b *testing.B) {
	body := []byte(setOf(rfc7517RSA, rfc7517EC, rfc8037Ed))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseDocument(body); err != nil {
			b.Fatal(err)
		}
	}
}
