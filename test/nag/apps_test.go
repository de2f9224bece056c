package nag

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	auth0 "github.com/scopeway/scopeway/examples/auth0/orders"
	browser "github.com/scopeway/scopeway/examples/browser/orders"
	domain "github.com/scopeway/scopeway/examples/custom-domain/orders"
	entra "github.com/scopeway/scopeway/examples/entra/orders"
	pool "github.com/scopeway/scopeway/examples/existing-pool/orders"
	workflows "github.com/scopeway/scopeway/examples/github-actions/orders"
	keycloak "github.com/scopeway/scopeway/examples/keycloak/orders"
	okta "github.com/scopeway/scopeway/examples/okta/orders"
	quickstart "github.com/scopeway/scopeway/examples/quickstart/shop"
	rest "github.com/scopeway/scopeway/examples/rest/shop"
	two "github.com/scopeway/scopeway/examples/two-providers/orders"
	server "github.com/scopeway/scopeway/examples/url-backend/stock"
)

// apps are all examples, by the name of their folder, and an app with every
// option.
var apps = map[string]func(app awscdk.App){
	"everything":     everything,
	"auth0":          func(app awscdk.App) { auth0.NewOrders(app, "Auth0") },
	"browser":        func(app awscdk.App) { browser.NewOrders(app, "Browser", nil) },
	"custom-domain":  func(app awscdk.App) { domain.NewOrders(app, "CustomDomain", nil) },
	"entra":          func(app awscdk.App) { entra.NewOrders(app, "Entra") },
	"existing-pool":  func(app awscdk.App) { pool.NewOrders(app, "ExistingPool", nil) },
	"github-actions": func(app awscdk.App) { workflows.NewOrders(app, "GitHubActions") },
	"keycloak":       func(app awscdk.App) { keycloak.NewOrders(app, "Keycloak") },
	"okta":           func(app awscdk.App) { okta.NewOrders(app, "Okta") },
	"quickstart":     func(app awscdk.App) { quickstart.NewShop(app, "Quickstart", nil) },
	"rest":           func(app awscdk.App) { rest.NewShop(app, "Rest", nil) },
	"two-providers":  func(app awscdk.App) { two.NewOrders(app, "TwoProviders") },
	"url-backend":    func(app awscdk.App) { server.NewStock(app, "UrlBackend", nil) },
}

// scratch holds the cloud assemblies.
var scratch string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "nag")
	if err != nil {
		panic(err)
	}
	scratch = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func TestEveryExampleIsLookedAt(t *testing.T) {
	mains, err := filepath.Glob("../../examples/*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatalf("found no examples: %v", err)
	}
	for _, main := range mains {
		if example := filepath.Base(filepath.Dir(main)); apps[example] == nil {
			t.Errorf("example %q is not among the apps of this test, add it to apps", example)
		}
	}
}
