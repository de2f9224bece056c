package rotator

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/scopeway/scopeway/internal/fake"
)

// As it is deployed: the SDK's own configuration, sockets, its retries.
func TestARotationAsDeployed(t *testing.T) {
	secrets, pool := &fake.SecretsManager{}, &fake.Cognito{}
	first := pool.Add(client, true)
	secrets.Create(arn, fmt.Sprintf(`{"client_id":"billing","client_secret":%q,"client_secret_id":"billing--1"}`, first))
	for name, server := range map[string]*httptest.Server{
		"AWS_ENDPOINT_URL_SECRETS_MANAGER":           httptest.NewServer(secrets),
		"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": httptest.NewServer(pool),
		"TOKEN": httptest.NewServer(pool.Token()),
	} {
		t.Cleanup(server.Close)
		t.Setenv(name, server.URL)
		if name == "TOKEN" {
			t.Setenv(Variable, configOf("cognito", server.URL))
		}
	}
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	if err := secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := load(t.Context(), &out, os.Getenv)
	for _, step := range []string{createStep, setStep, testStep, finishStep} {
		if _, err := r.Invoke(t.Context(), fmt.Appendf(nil, `{"Step":%q,"SecretId":%q,"ClientRequestToken":%q}`, step, arn, token(1))); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := secrets.Value(arn, current)
	d, err := parseDocument(text)
	if err != nil || d.secret.Value == first || !pool.Works(client, d.secret.Value) || !pool.Works(client, first) {
		t.Errorf("AWSCURRENT is new %v and works %v, the former one %v, want all", d.secret.Value != first, pool.Works(client, d.secret.Value), pool.Works(client, first))
	}
}
