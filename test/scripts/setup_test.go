package scripts

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/issuertest"
)

type (
	issuerKey struct{}
	tokensKey struct{}
)

// setup starts an issuer for a script and writes what the authorizer would have:
// table.json, identity.json; the issuer's key set, jwks.json; that of another,
// others.json; and a synthesised app, cdk.out.
func setup(env *testscript.Env) error {
	issuer, err := issuertest.Start(issuertest.Config{Algorithm: "ES256"})
	if err != nil {
		return err
	}
	env.Defer(issuer.Close)
	other, err := issuertest.Start(issuertest.Config{Algorithm: "ES256"})
	if err != nil {
		return err
	}
	defer other.Close()
	env.Values[issuerKey{}], env.Values[tokensKey{}] = issuer, new([]string)
	table, err := declared()
	if err != nil {
		return err
	}
	env.Vars = append(env.Vars, "ISSUER="+issuer.URL(), "TABLE="+table.Digest())
	for name, from := range map[string]*issuertest.Issuer{"jwks.json": issuer, "others.json": other} {
		keys, err := download(from.KeysURL())
		if err != nil {
			return err
		}
		if err := write(env, name, keys); err != nil {
			return err
		}
	}
	identity := func(issuer, keys any) string {
		return text(map[string]any{"version": 1, "identities": []any{map[string]any{
			"name": "Shop/Users", "id": "Users", "issuer": issuer, "keys": keys, "profile": "rfc9068", "algorithms": []string{"ES256"},
			"audiences": map[string]string{"orders": issuertest.Audience}, "clients": []string{"client"}, "roles": []string{"roles"},
		}}})
	}
	if err := write(env, "identity.json", []byte(identity(issuer.URL(), issuer.KeysURL()))); err != nil {
		return err
	}
	if err := write(env, "table.json", table.JSON()); err != nil {
		return err
	}
	return app(env, table, identity("@late@", "@late@/jwks.json"))
}

// declared returns the table of a small shop.
func declared() (*access.Table, error) {
	orders := access.NewResourceServer("orders", "Orders")
	read, change := orders.Scope("read", "See orders"), orders.Scope("write", "Change orders")
	return access.Compile(
		access.Declaration{Route: "GET /orders/{id}", Rule: access.Require(read)},
		access.Declaration{Route: "POST /orders", Rule: access.All(access.Require(read, change), access.Any(access.Role("clerk").From("Users"), access.Machine()))},
		access.Declaration{Route: "GET /menu", Rule: access.Public("the menu hangs on the door")},
	)
}

func download(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func text(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // maps and texts: cannot happen
	}
	return string(text)
}

func write(env *testscript.Env, name string, content []byte) error {
	file := filepath.Join(env.WorkDir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
