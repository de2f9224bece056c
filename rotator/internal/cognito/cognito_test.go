package cognito

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/scopeway/scopeway/internal/fake"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const client = "billing"

// connect returns the provider of a fake user pool, over HTTP.
func connect(t *testing.T, pool *fake.Cognito) provider.Provider {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/token", pool.Token())
	mux.Handle("/", pool)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p, err := New(Config{UserPool: "eu-central-1_AbCdEfGhI", TokenURL: server.URL + "/token", Scope: "orders/read", API: cognitoidentityprovider.New(cognitoidentityprovider.Options{
		BaseEndpoint: &server.URL, Region: "eu-central-1", Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheLifeOfASecret(t *testing.T) {
	ctx := t.Context()
	now := time.Unix(1_800_000_000, 0)
	pool := &fake.Cognito{Now: func() time.Time { return now }}
	first := pool.Add(client, true)
	p := connect(t, pool)

	told, err := p.Reveal(ctx, client)
	if err != nil || told.Value != first || told.ID == "" {
		t.Fatalf("Reveal = %q with the first secret %v, %v, want it with an id", told.ID, told.Value == first, err)
	}
	now = now.Add(time.Second)
	made, err := p.Create(ctx, client)
	if err != nil || made.ID == "" || made.Value == "" {
		t.Fatalf("Create = %v, %v", made, err)
	}
	if _, err := p.Create(ctx, client); err == nil || !strings.Contains(err.Error(), "(two)") {
		t.Errorf("the third secret: %v, want an error that says there are two", err)
	}
	if again, err := p.Reveal(ctx, client); err != nil || again.ID != "" {
		t.Errorf("Reveal of two secrets = id %q, %v, want none: nobody can tell which it is", again.ID, err)
	}
	listed, err := p.List(ctx, client)
	if err != nil || len(listed) != 2 || listed[0].ID != told.ID || listed[1].ID != made.ID || !listed[1].Created.Equal(now) {
		t.Errorf("List = %v, %v, want both, eldest first", listed, err)
	}
	for _, secret := range []provider.Secret{told, made} {
		if err := p.Try(ctx, client, secret.Value); err != nil {
			t.Errorf("Try: %v", err)
		}
	}
	for range 2 { // the second time it is not there any more
		if err := p.Remove(ctx, client, told.ID); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
	if err := p.Try(ctx, client, told.Value); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try of a secret that was removed = %v, want ErrRefused", err)
	}
	if err := p.Remove(ctx, client, made.ID); err == nil || !strings.Contains(err.Error(), "keeps its last secret") {
		t.Errorf("Remove of the last = %v, want an error", err)
	}
	if traits := p.Traits(); traits != (provider.Traits{Most: 2}) {
		t.Errorf("Traits = %+v", traits)
	}
}

func TestAWebClientIsTriedWithACodeNobodyIssued(t *testing.T) {
	pool := &fake.Cognito{}
	secret := pool.Add(client, false)
	p := connect(t, pool)
	if err := p.Try(t.Context(), client, secret); err != nil {
		t.Errorf("Try = %v, want none: invalid_grant says that the secret works", err)
	}
	if err := p.Try(t.Context(), client, "wrong"); !errors.Is(err, provider.ErrRefused) {
		t.Errorf("Try = %v, want ErrRefused", err)
	}
	pool.Refuse = func(string) (string, string) { return "AccessDeniedException", "" }
	if err := p.Try(t.Context(), client, secret); err == nil || errors.Is(err, provider.ErrRefused) || !strings.Contains(err.Error(), "cognito-idp:DescribeUserPoolClient") {
		t.Errorf("Try = %v, want an error that names the permission and is not ErrRefused", err)
	}
}

func TestWhatIsGoneIsNamed(t *testing.T) {
	for message, want := range map[string]string{
		"User pool client billing does not exist.":             "the client does not exist in user pool eu-central-1_AbCdEfGhI",
		"User pool eu-central-1_AbCdEfGhI does not exist.":     "user pool eu-central-1_AbCdEfGhI does not exist, was it deleted?",
		"Something else that was never seen, with a hush here": "the client or its user pool does not exist",
	} {
		pool := &fake.Cognito{Refuse: func(string) (string, string) { return "ResourceNotFoundException", message }}
		p := connect(t, pool)
		_, err := p.List(t.Context(), client)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("List = %v, want %q", err, want)
		}
		// A client that is gone is not a secret that is gone.
		if err := p.Remove(t.Context(), client, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Remove = %v, want %q", err, want)
		}
		if _, err := p.Reveal(t.Context(), client); err == nil || errors.Is(err, provider.ErrNotTold) {
			t.Errorf("Reveal = %v, want an error that is not ErrNotTold", err)
		}
		if _, err := p.Create(t.Context(), client); err == nil {
			t.Error("Create = nil, want an error")
		}
	}
}

// odd answers what Cognito does not.
type odd struct {
	API
	described *cognitoidentityprovider.DescribeUserPoolClientOutput
	added     *cognitoidentityprovider.AddUserPoolClientSecretOutput
	listed    *cognitoidentityprovider.ListUserPoolClientSecretsOutput
}

func (o odd) DescribeUserPoolClient(context.Context, *cognitoidentityprovider.DescribeUserPoolClientInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.DescribeUserPoolClientOutput, error) {
	return o.described, nil
}

func (o odd) AddUserPoolClientSecret(context.Context, *cognitoidentityprovider.AddUserPoolClientSecretInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.AddUserPoolClientSecretOutput, error) {
	return o.added, nil
}

func (o odd) ListUserPoolClientSecrets(context.Context, *cognitoidentityprovider.ListUserPoolClientSecretsInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.ListUserPoolClientSecretsOutput, error) {
	return o.listed, nil
}

func TestOddAnswersAreErrors(t *testing.T) {
	type (
		described = cognitoidentityprovider.DescribeUserPoolClientOutput
		added     = cognitoidentityprovider.AddUserPoolClientSecretOutput
		listed    = cognitoidentityprovider.ListUserPoolClientSecretsOutput
	)
	p := pool{Config{UserPool: "p", TokenURL: "x", API: odd{described: &described{}, added: &added{}, listed: &listed{NextToken: aws.String("more")}}}}
	if _, err := p.Reveal(t.Context(), client); err == nil || errors.Is(err, provider.ErrNotTold) {
		t.Errorf("Reveal = %v, want an error", err)
	}
	if _, err := p.Create(t.Context(), client); err == nil {
		t.Error("Create = nil, want an error")
	}
	if _, err := p.List(t.Context(), client); err == nil {
		t.Error("List = nil, want an error")
	}
}

func TestAConfigurationIsWhole(t *testing.T) {
	for _, config := range []Config{{}, {API: odd{}}, {API: odd{}, UserPool: "p"}, {UserPool: "p", TokenURL: "x"}} {
		if _, err := New(config); err == nil {
			t.Errorf("New(%+v) = nil, want an error", config)
		}
	}
}
