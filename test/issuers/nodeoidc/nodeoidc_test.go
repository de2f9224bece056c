//go:build issuers

package nodeoidc

import (
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
)

func clock() *door.Clock { return &door.Clock{} }

func TestAMachinesTokenIsJudgedByItsScopes(t *testing.T) {
	s := start(t, "a")
	d := door.New(t, clock(), s.trusted(t, clock()))
	for _, algorithm := range []string{"RS256", "ES256", "EdDSA"} {
		client := "machine-" + algorithm
		raw := s.machine(t, client, "read", door.Audience, nil).AccessToken
		line := d.Expect(t, door.Read, raw, access.Allowed)
		if line.ClientID != client || line.Subject != client || line.Issuer != s.url() || line.Scope != "read" || line.KeyID != "a-"+algorithm {
			t.Errorf("%s: audit line has %+v, want the client, its issuer, scope and key", algorithm, line.Verified)
		}
		d.Expect(t, door.Machines, raw, access.Allowed)
		d.Expect(t, door.People, raw, access.ClaimUnmet)
		d.Expect(t, door.Write, raw, access.ScopeMissing)

		// The server leaves out scopes that it does not know, without a word.
		none := s.machine(t, client, "refund", door.Audience, nil)
		if none.Scope != "" {
			t.Errorf("%s: granted %q, want nothing", algorithm, none.Scope)
		}
		d.Expect(t, door.Read, none.AccessToken, access.ScopeMissing)
		d.Expect(t, door.SignedIn, none.AccessToken, access.Allowed)

		both := s.machine(t, client, "read write", door.Audience, nil).AccessToken
		d.Expect(t, door.Read, both, access.Allowed)
		d.Expect(t, door.Write, both, access.Allowed)
	}
}

func TestATokenForSomethingElseIsRefused(t *testing.T) {
	s := start(t, "a")
	d := door.New(t, clock(), s.trusted(t, clock()))
	d.Expect(t, door.Read, s.machine(t, "machine-ES256", "read", other, nil).AccessToken, access.AudienceRefused)
	// Without a resource the server issues a token that only it can read.
	d.Expect(t, door.Read, s.machine(t, "machine-ES256", "read", "", nil).AccessToken, access.TokenMalformed)
}

func TestAPersonsAccessTokenIsTakenAndTheIDTokenIsNot(t *testing.T) {
	s := start(t, "a")
	d := door.New(t, clock(), s.trusted(t, clock()))
	alice := s.person(t)
	line := d.Expect(t, door.Read, alice.AccessToken, access.Allowed)
	if line.Subject != "alice" || line.ClientID != "website" {
		t.Errorf("audit line has %+v, want alice at the website", line.Verified)
	}
	d.Expect(t, door.Write, alice.AccessToken, access.Allowed)
	// The server's access tokens do not say that somebody signed in: whoever
	// wants that names another claim.
	d.Expect(t, door.People, alice.AccessToken, access.ClaimUnmet)
	d.Expect(t, door.Machines, alice.AccessToken, access.ClaimUnmet)
	d.Expect(t, door.SignedIn, alice.IDToken, access.TypeRefused)
}

func TestAnExpiredTokenIsRefused(t *testing.T) {
	s := start(t, "a")
	now := clock()
	d := door.New(t, now, s.trusted(t, now))
	raw := s.machine(t, "machine-RS256", "read", door.Audience, nil).AccessToken
	d.Expect(t, door.Read, raw, access.Allowed)
	now.Pass(time.Hour + access.ClockSkew + time.Second)
	d.Expect(t, door.Read, raw, access.TokenExpired)
	now.Pass(-2 * time.Hour)
	d.Expect(t, door.Read, raw, access.TokenNotYetValid)
}

func TestOnlyWhatTheIssuerIsTrustedWithCounts(t *testing.T) {
	s := start(t, "a")
	strict := s.trusted(t, clock())
	strict.Algorithms = []keyset.Algorithm{keyset.ES256}
	strict.AnyClient, strict.Clients = false, []string{"machine-ES256", "machine-RS256"}
	d := door.New(t, clock(), strict)
	d.Expect(t, door.Read, s.machine(t, "machine-ES256", "read", door.Audience, nil).AccessToken, access.Allowed)
	d.Expect(t, door.Read, s.machine(t, "machine-RS256", "read", door.Audience, nil).AccessToken, access.AlgorithmRefused)
	strict = s.trusted(t, clock())
	strict.AnyClient, strict.Clients = false, []string{"machine-ES256"}
	d = door.New(t, clock(), strict)
	d.Expect(t, door.Read, s.machine(t, "machine-EdDSA", "read", door.Audience, nil).AccessToken, access.ClientUnknown)
}

func TestAnotherServersTokenIsRefused(t *testing.T) {
	ours, stranger := start(t, "a"), start(t, "a")
	now := clock()
	d := door.New(t, now, ours.trusted(t, now))
	raw := stranger.machine(t, "machine-ES256", "read", door.Audience, nil).AccessToken
	d.Expect(t, door.Read, raw, access.IssuerUnknown)
	// Under one roof, each is verified with its own keys, though these are
	// called alike.
	partner := stranger.trusted(t, now)
	partner.Name, partner.ID = "Stranger", "Stranger"
	both := door.New(t, now, ours.trusted(t, now), partner)
	both.Expect(t, door.Read, raw, access.Allowed)
	mixed := ours.trusted(t, now)
	mixed.Keys = now.Keys(t, stranger.keysURL(t))
	d = door.New(t, now, mixed)
	d.Expect(t, door.Read, ours.machine(t, "machine-ES256", "read", door.Audience, nil).AccessToken, access.SignatureInvalid)
}
