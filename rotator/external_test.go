package rotator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/behave"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// outside is a provider outside AWS, as a server that behaves like it.
type outside struct {
	client, object, api, admin, token, more string
	credential                              map[string]string
	serve                                   func(first string) http.Handler
	// cutOver is whether the former secret dies with the rotation.
	cutOver bool
}

func outsiders(t *testing.T) map[string]outside {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	private := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	rotator := map[string]string{"client_id": "rotator", "client_secret": "rotator-secret"}
	const acme = "/realms/acme/protocol/openid-connect/token"
	return map[string]outside{
		"okta": {
			client: behave.OktaClient, object: behave.OktaApp, admin: "/oauth2/v1/token", token: "/oauth2/default/v1/token", more: `,"scope":"orders:read"`,
			credential: map[string]string{"client_id": "rotator", "private_key": private, "key_id": "k1"},
			serve:      func(first string) http.Handler { return behave.NewOkta(first, key.Public(), "ES256") },
		},
		"entra": {
			client: behave.EntraClient, object: behave.EntraObject, api: "/v1.0", admin: "/tenant/oauth2/v2.0/token", token: "/tenant/oauth2/v2.0/token",
			more: `,"scope":"` + behave.EntraScope + `"`, credential: rotator,
			serve: func(first string) http.Handler { return behave.NewEntra(first) },
		},
		"auth0": {
			client: behave.Auth0Client, object: behave.Auth0Client, admin: "/oauth/token", token: "/oauth/token", more: `,"audience":"` + behave.Auth0Audience + `"`,
			credential: rotator, cutOver: true,
			serve: func(first string) http.Handler { return behave.NewAuth0(first) },
		},
		"keycloak": {
			client: behave.KeycloakClient, object: behave.KeycloakUUID, api: "/admin/realms/acme", admin: acme, token: acme, credential: rotator, cutOver: true,
			serve: func(first string) http.Handler { return behave.NewKeycloak(first) },
		},
		"keycloak with its overlap": {
			client: behave.KeycloakClient, object: behave.KeycloakUUID, api: "/admin/realms/acme", admin: acme, token: acme, credential: rotator,
			serve: func(first string) http.Handler {
				k := behave.NewKeycloak(first)
				k.Overlap = 24 * time.Hour
				return k
			},
		},
	}
}

// newExternal returns a world with the provider, whose client has a secret of
// an administrator, and nothing in Secrets Manager yet.
func newExternal(t *testing.T, name string, e outside) *world {
	t.Helper()
	w := newWorld(t, "overlap")
	w.now = time.Now() // the provider's clock is not ours
	for _, member := range []string{"client_secret", "private_key"} {
		if value := e.credential[member]; value != "" {
			w.script.made = append(w.script.made, value)
		}
	}
	handler := e.serve("administrators-s3cret")
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if w.gate.do(func() { handler.ServeHTTP(answer, r) }) != nil {
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(server.Close)
	kind, _, _ := strings.Cut(name, " ")
	text := fmt.Sprintf(`{"version":1,"provider":%q,"tokenUrl":"%[2]s%[3]s","everyDays":90,"overlapHours":24,"apiUrl":"%[2]s%[4]s","adminTokenUrl":"%[2]s%[5]s","credential":%[6]q,"clients":{%[10]q:%[7]q},"object":%[8]q%[9]s}`,
		kind, server.URL, e.token, e.api, e.admin, credentialARN, e.client, e.object, e.more, arn)
	config, err := ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	w.rotator.config = config
	w.rotator.connect = func() (provider.Provider, error) { return newProvider(config, w.rotator.store, nil) }
	credential, err := json.Marshal(e.credential)
	if err != nil {
		t.Fatal(err)
	}
	w.secrets.Create(credentialARN, string(credential))
	w.secrets.Create(arn, fmt.Sprintf(`{"client_id":%q}`, e.client))
	return w
}

// takes says whether the provider takes a secret.
func (w *world) takes(secret string) bool {
	w.script.made = append(w.script.made, secret)
	p, err := w.rotator.connect()
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Try(w.t.Context(), w.rotator.config.Clients[arn], secret) == nil
}

func TestRotationAtProvidersOutsideAWS(t *testing.T) {
	for name, e := range outsiders(t) {
		t.Run(name, func(t *testing.T) {
			w := newExternal(t, name, e)
			stack := newCloudFormation(w)
			if err := w.invoke(stack.event("Create", e.client, 900)); err != nil {
				t.Fatal(err)
			}
			for n := 1; n <= 3; n++ {
				old := w.value(current)
				if !w.takes(old) {
					t.Fatalf("before rotation %d the secret does not work: %+v", n, stack.answers)
				}
				if err := w.rotate(n); err != nil {
					t.Fatal(err)
				}
				fresh := w.value(current)
				if fresh == old || !w.takes(fresh) || w.takes(old) == e.cutOver {
					t.Errorf("rotation %d: new %v, works %v, the former one %v", n, fresh != old, w.takes(fresh), w.takes(old))
				}
				w.now = w.now.Add(25 * time.Hour)
				if err := w.sweep(); err != nil || !w.takes(fresh) || w.takes(old) {
					t.Errorf("sweep %d: %v, the secret works %v, the former one %v", n, err, w.takes(fresh), w.takes(old))
				}
				// Sleep over it, and the provider's clock has not moved.
				w.now = w.now.Add(-25 * time.Hour)
			}
		})
	}
}

// The process ends with any one call; the next run goes on.
func TestRotationAtProvidersOutsideAWSSurvives(t *testing.T) {
	for name, e := range outsiders(t) {
		t.Run(name, func(t *testing.T) {
			prepare := func() *world {
				w := newExternal(t, name, e)
				if err := w.invoke(newCloudFormation(w).event("Create", e.client, 900)); err != nil {
					t.Fatal(err)
				}
				if err := w.secrets.Rotate(arn, token(1)); err != nil {
					t.Fatal(err)
				}
				w.gate.calls = 0
				return w
			}
			clean := prepare()
			if err := clean.steps(1); err != nil {
				t.Fatal(err)
			}
			for n := 1; n <= clean.gate.calls; n++ {
				for _, after := range []bool{false, true} {
					w := prepare()
					old := w.value(current)
					w.gate.fail, w.gate.after, w.gate.kill = n, after, true
					w.timeout = reserve + 900*time.Millisecond // no time to ask again, each wait would be a real one
					survive(w, 1, func(err error) bool { return err == nil })
					w.gate.fail = 0
					if fresh := w.value(current); fresh == old || !w.takes(fresh) {
						t.Errorf("call %d, after it %v: new %v, works %v", n, after, fresh != old, w.takes(fresh))
					}
					if version := w.secrets.Version(arn, pending); version != "" {
						t.Errorf("call %d: AWSPENDING at %s, want none", n, version)
					}
				}
			}
		})
	}
}
