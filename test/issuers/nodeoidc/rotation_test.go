//go:build issuers

package nodeoidc

import (
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/test/issuers/internal/door"
)

// The server reads its keys when it starts, as many do: they rotate by restart.
// The times are those of docs/key-sets.md.
func TestARotationOfTheServersKeysIsFollowed(t *testing.T) {
	s := start(t, "a")
	now := clock()
	d := door.New(t, now, s.trusted(t, now))
	issue := func() string { return s.machine(t, "machine-ES256", "read", door.Audience, nil).AccessToken }
	first := issue()
	d.Expect(t, door.Read, first, access.Allowed)

	s.restart(t, "b", "a")
	second := issue()
	if line := d.Expect(t, door.Read, second, access.Allowed); line.KeyID != "b-ES256" {
		t.Errorf("kid = %q, want the new key's", line.KeyID)
	}
	d.Expect(t, door.Read, first, access.Allowed) // its key is still published

	s.restart(t, "b")
	now.Pass(9 * time.Minute)
	d.Expect(t, door.Read, first, access.Allowed) // nobody has asked the server since
	now.Pass(time.Minute)
	d.Expect(t, door.Read, first, access.KeyUnknown)
	d.Expect(t, door.Read, second, access.Allowed)

	s.restart(t, "c", "b")
	third := issue()
	d.Expect(t, door.Read, third, access.KeyUnknown) // a key was missing just now
	now.Pass(30 * time.Second)
	d.Expect(t, door.Read, third, access.Allowed)
	d.Expect(t, door.Read, second, access.Allowed)
}

func TestAnOutageOfTheServerIsSurvived(t *testing.T) {
	s := start(t, "a")
	now := clock()
	d := door.New(t, now, s.trusted(t, now))
	raw := s.machine(t, "machine-RS256", "read", door.Audience, nil).AccessToken
	d.Expect(t, door.Read, raw, access.Allowed)
	s.stop()
	now.Pass(30 * time.Minute)
	d.Expect(t, door.Read, raw, access.Allowed)
	// Who never had the keys cannot tell.
	d = door.New(t, now, s.trustedAt(t, now, s.url()+"/jwks"))
	d.Expect(t, door.Read, raw, access.KeysUnavailable)
	s.restart(t, "a")
	now.Pass(5 * time.Second)
	d.Expect(t, door.Read, raw, access.Allowed)
}
