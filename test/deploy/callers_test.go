//go:build localcloud

package deploy

import (
	"maps"
	"sync"
	"testing"

	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/deploy/names"
	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/internal/pkce"
)

// robot is the client of Mixed's user pool that acts for itself.
var robot = sync.OnceValues(func() (localcloud.Client, error) {
	client, err := cloud.Client(ctx, output(names.Mixed, names.RobotSecret))
	world.KeepSecret(client.Secret)
	return client, err
})

// robotToken is a new token for the robot.
func robotToken(t *testing.T, scopes ...string) string {
	t.Helper()
	client, err := robot()
	if err != nil {
		t.Fatal(err)
	}
	return clientToken(t, client, scopes...)
}

func clientToken(t *testing.T, client localcloud.Client, scopes ...string) string {
	t.Helper()
	token, err := cloud.Token(ctx, cloud.TokenEndpoint(), client, scopes...)
	if err != nil {
		t.Fatal(err)
	}
	world.KeepSecret(token)
	return token
}

// partnerToken is a new token of the partner's issuer for the stock.
func partnerToken(claims issuertest.Claims) string {
	usual := issuertest.Claims{"aud": names.StockAudience, "client_id": "shelf", "scope": "read"}
	maps.Copy(usual, claims)
	token := issuer.Token(usual)
	world.KeepSecret(token)
	return token
}

// page is the public client of a page, at Mixed's user pool.
func page() pkce.Client {
	return pkce.Client{AuthorizationURL: cloud.AuthorizationEndpoint(), TokenURL: cloud.TokenEndpoint(),
		ID: output(names.Mixed, names.PageClient), RedirectURL: names.Callback}
}

// The people of Mixed's user pool.
var (
	ada = localcloud.User{Name: "ada", Password: "Correct-horse-9", Groups: []string{"staff"}}
	bob = localcloud.User{Name: "bob", Password: "Battery-staple-9"}
)

var addPeople = sync.OnceValue(func() error {
	for _, person := range []localcloud.User{ada, bob} {
		if err := cloud.AddUser(ctx, output(names.Mixed, names.UserPoolID), person); err != nil {
			return err
		}
	}
	return nil
})

// signIn signs a person in to the page.
func signIn(t *testing.T, person localcloud.User, scopes ...string) pkce.Tokens {
	t.Helper()
	begin(t, person)
	tokens, err := page().SignIn(ctx, person.Name, person.Password, scopes...)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{tokens.Access, tokens.ID, tokens.Refresh} {
		world.KeepSecret(token)
	}
	return tokens
}

func begin(t *testing.T, person localcloud.User) {
	t.Helper()
	if err := addPeople(); err != nil {
		t.Fatal(err)
	}
	world.KeepSecret(person.Password)
}
