package rotator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/scopeway/scopeway/rotator/internal/auth0"
	"github.com/scopeway/scopeway/rotator/internal/call/manage"
	"github.com/scopeway/scopeway/rotator/internal/cognito"
	"github.com/scopeway/scopeway/rotator/internal/entra"
	"github.com/scopeway/scopeway/rotator/internal/keycloak"
	"github.com/scopeway/scopeway/rotator/internal/okta"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// grace is how much longer than its interval and its overlap a secret lives at
// a provider that ends secrets by itself: time to notice that rotation fails.
const grace = 14 * 24 * time.Hour

// newProvider returns the provider of a configuration. It asks nobody.
func newProvider(c Config, secrets store, pools cognito.API) (provider.Provider, error) {
	manages := manage.Config{
		APIURL: c.APIURL, AdminTokenURL: c.AdminTokenURL, TokenURL: c.TokenURL, Object: c.Object, Scope: c.Scope, Audience: c.Audience,
		Lifetime:   time.Duration(c.EveryDays)*24*time.Hour + c.Overlap + grace,
		Credential: func(ctx context.Context) ([]byte, error) { return secrets.credential(ctx, c.Credential) },
	}
	switch c.Provider {
	case "auth0":
		return auth0.New(manages)
	case "cognito":
		return cognito.New(cognito.Config{API: pools, UserPool: c.UserPool, TokenURL: c.TokenURL, Scope: c.Scope})
	case "entra":
		return entra.New(manages)
	case "keycloak":
		return keycloak.New(manages)
	case "okta":
		return okta.New(manages)
	}
	return nil, fmt.Errorf("provider %q is not known, write one of %q", c.Provider, Providers)
}

// credential returns the management credential.
func (s store) credential(ctx context.Context, arn string) ([]byte, error) {
	text, there, err := s.text(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn, VersionStage: aws.String(current)})
	switch {
	case err != nil:
		return nil, fmt.Errorf("the management credential cannot be read: %w", err)
	case !there:
		return nil, errors.New("the management credential is not there, its secret has no value or does not exist, write it with: aws secretsmanager put-secret-value")
	}
	return []byte(text), nil
}
