package token

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// raw reads an object of claims as a vector has it.
func raw(text string) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		panic(err)
	}
	return m
}

func TestAVerifiedTokenTellsWhatItSays(t *testing.T) {
	token := vector{Profile: ProfileRFC9068, Claims: raw(`{"scope":"openid write read","exp":1800000300.75}`)}.token(t)
	verified, err := newTestVerifier(t, 0).Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	c := verified.Caller()
	if c.Issuer != rfc9068URL || c.Subject != "5ba552d67" || c.ClientID != "s6BhdRkqt3" {
		t.Errorf("Caller = %+v", c)
	}
	if !slices.Equal(c.Scopes, []access.Scope{ordersWrite, ordersRead}) {
		t.Errorf("Scopes = %v", c.Scopes)
	}
	if !c.IssuedAt.Equal(now) || !c.ExpiresAt.Equal(now.Add(300*time.Second)) {
		t.Errorf("IssuedAt, ExpiresAt = %v, %v", c.IssuedAt, c.ExpiresAt)
	}
	if got := verified.Scope(); got != "openid write read" {
		t.Errorf("Scope = %q", got)
	}
	if got := verified.TokenID(); got != "dbe39bf3a3ba4238a513f51d6e1691c4" {
		t.Errorf("TokenID = %q", got)
	}
	if verified.KeyID() != "rsa" || verified.Algorithm() != keyset.RS256 {
		t.Errorf("KeyID, Algorithm = %q, %q", verified.KeyID(), verified.Algorithm())
	}
}

func TestWhoGetsACallerCannotChangeTheVerifiedToken(t *testing.T) {
	verified, err := newTestVerifier(t, 0).Verify(t.Context(), goodCompact(t, ProfileRFC9068, keyset.EdDSA))
	if err != nil {
		t.Fatal(err)
	}
	c := verified.Caller()
	c.Subject, c.Scopes[0] = "admin", ordersWrite
	if again := verified.Caller(); again.Subject != "5ba552d67" || again.Scopes[0] != ordersRead {
		t.Errorf("Caller = %+v after a change of its copy", again)
	}
}

func TestTheZeroVerifiedGrantsNothing(t *testing.T) {
	c := new(Verified).Caller()
	if len(c.Scopes) != 0 || c.ExpiresAt.After(now) {
		t.Errorf("Caller = %+v", c)
	}
}

// recordingKeys counts how often a key is looked for.
type recordingKeys struct {
	keyring
	asked int
}

func (k *recordingKeys) Find(ctx context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error) {
	k.asked++
	return k.keyring.Find(ctx, kid, alg)
}

func TestRubbishNeverCausesAKeyToBeLookedFor(t *testing.T) {
	var records []*recordingKeys
	issuers := testIssuers()
	for i := range issuers {
		records = append(records, &recordingKeys{keyring: keys()})
		issuers[i].Keys = records[i]
	}
	needKey := []access.Reason{access.KeysUnavailable, access.KeyUnknown, access.SignatureInvalid, access.Allowed}
	for _, vector := range loadVectors(t) {
		after := now.Add(time.Duration(vector.After) * time.Second)
		v, err := NewVerifier(issuers, testedKnown, func() time.Time { return after })
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records {
			record.asked = 0
		}
		_, _ = v.Verify(t.Context(), vector.token(t))
		asked := 0
		for _, record := range records {
			asked += record.asked
		}
		want := 0
		if slices.Contains(needKey, vector.Expect) {
			want = 1
		}
		if asked != want {
			t.Errorf("%s: a key was looked for %d times, want %d", vector.Name, asked, want)
		}
	}
}

func TestTheCauseOfMissingKeysIsToldButNotPrinted(t *testing.T) {
	for kid, cause := range map[string]error{"unavailable": keyset.ErrUnavailable, "gone": keyset.ErrNoKey} {
		token := vector{Profile: ProfileRFC9068, Header: raw(`{"kid":"` + kid + `"}`)}.token(t)
		_, err := newTestVerifier(t, 0).Verify(t.Context(), token)
		if !errors.Is(err, cause) {
			t.Errorf("Verify = %v, which is not %v", err, cause)
		}
		if strings.Contains(err.Error(), "test:") || strings.Contains(err.Error(), kid+" ") {
			t.Errorf("Verify = %v, which tells too much", err)
		}
	}
}

func TestAVerifierMayBeUsedAtOnceFromManyPlaces(t *testing.T) {
	v := newTestVerifier(t, 0)
	good, bad := goodCompact(t, ProfileCognito, keyset.RS256), goodCompact(t, ProfileCognito, keyset.RS512)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if _, err := v.Verify(t.Context(), good); err != nil {
					t.Error(err)
				}
				if _, err := v.Verify(t.Context(), bad); err == nil {
					t.Error("an algorithm that is not trusted was let through")
				}
			}
		})
	}
	wg.Wait()
}

func TestWithoutAClockTheRealTimeCounts(t *testing.T) {
	v, err := NewVerifier(testIssuers(), testedKnown, nil)
	if err != nil {
		t.Fatal(err)
	}
	token := vector{Profile: ProfileRFC9068, Claims: raw(`{"exp":1500000000}`)}.token(t)
	verified, err := v.Verify(t.Context(), token)
	if got := reasonOf(t, verified, err); got != access.TokenExpired {
		t.Errorf("Verify of a token of 2017 = %v, want expired", got)
	}
}

// A key set is what Keys is made for.
var _ Keys = (*keyset.Set)(nil)
