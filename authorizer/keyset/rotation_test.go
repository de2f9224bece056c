package keyset_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/issuertest"
)

func TestAnIssuersRotationIsFollowed(t *testing.T) {
	issuer, err := issuertest.Start(issuertest.Config{Algorithm: "ES256"})
	if err != nil {
		t.Fatal(err)
	}
	defer issuer.Close()
	now := time.Now()
	keys, err := keyset.New(keyset.Config{URL: issuer.KeysURL(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	find := func(kid string, want error) {
		t.Helper()
		public, err := keys.Find(t.Context(), kid, keyset.ES256)
		if !errors.Is(err, want) || (public != nil) != (want == nil) {
			t.Errorf("Find(%q) = %v, %v, want %v", kid, public, err, want)
		}
	}

	first := issuer.KeyID()
	find(first, nil)
	issuer.Rotate()
	second := issuer.KeyID()
	find(second, nil)
	find(first, nil)
	find("", keyset.ErrNoKey) // two keys fit, and the token does not say which
	if got := issuer.KeySetFetches(); got != 3 {
		t.Errorf("%d fetches, want 3: the first, the new key, the nameless one", got)
	}

	issuer.RevokeOld()
	now = now.Add(10 * time.Minute)
	find(second, nil)
	find(first, keyset.ErrNoKey)
	find("", nil)

	issuer.Close()
	now = now.Add(23 * time.Hour)
	find(second, nil)
	now = now.Add(time.Hour)
	find(second, keyset.ErrUnavailable)
	if _, err := keys.Find(t.Context(), second, keyset.ES256); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("Find = %v, want the cause", err)
	}
}
