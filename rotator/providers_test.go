package rotator

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// configOf returns the configuration of a provider whose every address is url.
func configOf(kind, url string) string {
	if kind == "cognito" {
		return fmt.Sprintf(`{"version":1,"provider":"cognito","tokenUrl":"%s/token","everyDays":90,"overlapHours":24,"userPool":"eu-central-1_A","clients":{%q:"billing"}}`, url, arn)
	}
	return fmt.Sprintf(`{"version":1,"provider":%q,"tokenUrl":"%[2]s/token","everyDays":90,"overlapHours":24,"apiUrl":%[2]q,"adminTokenUrl":"%[2]s/admin/token","credential":%[3]q,"clients":{%[4]q:"billing"},"scope":"api://orders/.default"}`, kind, url, credentialARN, arn)
}

const credentialARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:Admin-AbCdEf"

func TestEachProviderIsConnected(t *testing.T) {
	replaces := map[string]bool{"auth0": true, "keycloak": true}
	for _, kind := range Providers {
		config, err := ParseConfig([]byte(configOf(kind, "https://id.example.com")))
		if err != nil {
			t.Fatal(err)
		}
		p, err := newProvider(config, store{}, cognitoidentityprovider.New(cognitoidentityprovider.Options{}))
		if err != nil {
			t.Errorf("newProvider(%s): %v", kind, err)
			continue
		}
		if traits := p.Traits(); traits.Replaces != replaces[kind] {
			t.Errorf("%s: traits %+v, want replaces %v", kind, traits, replaces[kind])
		}
	}
	if _, err := newProvider(Config{Provider: "ping"}, store{}, nil); err == nil {
		t.Error("newProvider of an unknown kind = nil, want an error")
	}
}

// An Entra ID without anything behind it: the management credential is read
// from Secrets Manager, and what goes wrong there is said.
func TestTheManagementCredential(t *testing.T) {
	asked := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = string(body)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_client"}`)
	}))
	defer server.Close()
	config, err := ParseConfig([]byte(configOf("entra", server.URL)))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, "overlap")
	w.rotator.config = config
	w.rotator.connect = func() (provider.Provider, error) { return newProvider(config, w.rotator.store, nil) }
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	wants(t, w.step(createStep, 1), "the management credential is not there", "put-secret-value")
	w.secrets.Create(credentialARN, `{"client_id":"admin","client_secret":"hush"}`)
	wants(t, w.step(createStep, 1), "Entra ID")
	if !strings.Contains(asked, "client_secret=hush") {
		t.Errorf("the token endpoint was asked %q, want it with the credential", asked)
	}
	w.secrets.Refuse = func(operation string) (string, string) {
		if operation == "GetSecretValue" {
			return "AccessDeniedException", ""
		}
		return "", ""
	}
	wants(t, w.step(createStep, 1), "secretsmanager:GetSecretValue")
	if strings.Contains(w.out.String()+strings.Join(w.said, ""), "hush") {
		t.Error("the credential was said")
	}
	if w.value(current) != w.script.made[0] || w.value(pending) != "" {
		t.Error("the secret has changed")
	}
}

// The sentence of a credential that AWS does not let through names what it is.
func TestTheCredentialThatMayNotBeRead(t *testing.T) {
	w := newWorld(t, "overlap")
	w.secrets.Create(credentialARN, `{}`)
	w.secrets.Refuse = func(string) (string, string) { return "AccessDeniedException", "" }
	_, err := w.rotator.store.credential(t.Context(), credentialARN)
	wants(t, err, "the management credential cannot be read", "secretsmanager:GetSecretValue")
}

func TestALifetimeOutlivesTheOverlap(t *testing.T) {
	if grace < overdue+7*24*time.Hour {
		t.Errorf("a secret ends %v after its overlap, want a week from the first alarm (%v)", grace, overdue)
	}
}
