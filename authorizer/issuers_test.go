package authorizer_test

import (
	"context"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/issuertest"
)

func TestIssuersFetchFromTheirOwnURLsOnceTheyAreAsked(t *testing.T) {
	issuer := issuertest.New(t)
	identities := []authorizer.Identity{{
		Name: "Users", ID: "users", Issuer: issuer.URL(), Keys: issuer.KeysURL(), Profile: token.ProfileRFC9068,
		Algorithms: []keyset.Algorithm{keyset.RS256}, Audiences: map[string]string{"orders": issuertest.Audience}, AnyClient: true,
	}}
	issuers, err := authorizer.Issuers(identities, nil, nil, nil)
	if err != nil || len(issuers) != 1 || issuers[0].ID != "users" || issuers[0].URL != issuer.URL() {
		t.Fatalf("Issuers = %+v, %v", issuers, err)
	}
	if n := issuer.KeySetFetches(); n != 0 {
		t.Errorf("the keys were fetched %d times before anybody asked", n)
	}
	if _, err := issuers[0].Keys.Find(context.Background(), issuer.KeyID(), keyset.RS256); err != nil {
		t.Errorf("Find = %v", err)
	}
	issuer.Close()
	var told error
	if issuers, err = authorizer.Issuers(identities, nil, nil, func(err error) { told = err }); err != nil {
		t.Fatal(err)
	}
	if _, err := issuers[0].Keys.Find(context.Background(), "x", keyset.RS256); err == nil || told == nil || !strings.Contains(told.Error(), `identity "Users"`) {
		t.Errorf("Find = %v, and %v was told, want both to say that there are no keys", err, told)
	}
}

func TestIssuersRefuse(t *testing.T) {
	for name, c := range map[string]struct{ keys, want string }{
		"a URL without TLS":                {"http://issuer.example/keys", `identity "Users", keys, key set URL, is not https`},
		"keys that were not shipped there": {authorizer.ShippedKeys, `identity "Users", keys, are not in keys.json`},
	} {
		t.Run(name, func(t *testing.T) {
			issuers, err := authorizer.Issuers([]authorizer.Identity{{Name: "Users", Keys: c.keys}}, nil, nil, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) || issuers != nil {
				t.Errorf("Issuers = %v, %v, want the error %q", issuers, err, c.want)
			}
		})
	}
}
