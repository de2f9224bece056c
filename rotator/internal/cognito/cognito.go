// Package cognito rotates the secrets of an Amazon Cognito app client: it may
// have two at a time, told apart by id (AddUserPoolClientSecret,
// ListUserPoolClientSecrets and DeleteUserPoolClientSecret, Amazon Cognito user
// pools API Reference).
package cognito

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/scopeway/scopeway/rotator/internal/awserror"
	"github.com/scopeway/scopeway/rotator/internal/oauth"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// API is what is asked of the SDK's client.
type API interface {
	DescribeUserPoolClient(context.Context, *cognitoidentityprovider.DescribeUserPoolClientInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.DescribeUserPoolClientOutput, error)
	AddUserPoolClientSecret(context.Context, *cognitoidentityprovider.AddUserPoolClientSecretInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.AddUserPoolClientSecretOutput, error)
	ListUserPoolClientSecrets(context.Context, *cognitoidentityprovider.ListUserPoolClientSecretsInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.ListUserPoolClientSecretsOutput, error)
	DeleteUserPoolClientSecret(context.Context, *cognitoidentityprovider.DeleteUserPoolClientSecretInput, ...func(*cognitoidentityprovider.Options)) (*cognitoidentityprovider.DeleteUserPoolClientSecretOutput, error)
}

// Config says where a client's secrets are.
type Config struct {
	// API is the SDK's client.
	API API
	// UserPool is the id of the user pool.
	UserPool string
	// TokenURL is the token endpoint of the user pool's domain.
	TokenURL string
	// Scope is what the test asks for, "" for all that the client may have.
	Scope string
}

// New returns the provider. All but Scope is mandatory.
func New(config Config) (provider.Provider, error) {
	switch {
	case config.API == nil:
		return nil, errors.New("cognito, the API is missing")
	case config.UserPool == "":
		return nil, errors.New("cognito, the user pool is missing")
	case config.TokenURL == "":
		return nil, errors.New("cognito, the token endpoint is missing")
	}
	return pool{config}, nil
}

// pool is a [provider.Provider].
type pool struct{ Config }

// maxSecrets is how many secrets an app client may have (AddUserPoolClientSecret).
const maxSecrets = 2

// Traits implements [provider.Provider].
func (pool) Traits() provider.Traits { return provider.Traits{Most: maxSecrets} }

// Reveal implements [provider.Provider]. The secret has an id only where the
// client has one secret: which of two DescribeUserPoolClient tells is not
// documented.
func (p pool) Reveal(ctx context.Context, client string) (provider.Secret, error) {
	told, err := p.describe(ctx, client)
	if err != nil {
		return provider.Secret{}, err
	}
	secret := provider.Secret{Value: aws.ToString(told.ClientSecret)}
	if secret.Value == "" {
		return provider.Secret{}, provider.ErrNotTold
	}
	listed, err := p.List(ctx, client)
	if err != nil {
		return provider.Secret{}, err
	}
	if len(listed) == 1 {
		secret.ID = listed[0].ID
	}
	return secret, nil
}

func (p pool) describe(ctx context.Context, client string) (*types.UserPoolClientType, error) {
	answer, err := p.API.DescribeUserPoolClient(ctx, &cognitoidentityprovider.DescribeUserPoolClientInput{ClientId: &client, UserPoolId: &p.UserPool})
	if err != nil {
		return nil, p.readable(err)
	}
	if answer.UserPoolClient == nil {
		return nil, errors.New("cognito DescribeUserPoolClient, answered without the client")
	}
	return answer.UserPoolClient, nil
}

// Create implements [provider.Provider].
func (p pool) Create(ctx context.Context, client string) (provider.Secret, error) {
	answer, err := p.API.AddUserPoolClientSecret(ctx, &cognitoidentityprovider.AddUserPoolClientSecretInput{ClientId: &client, UserPoolId: &p.UserPool})
	if err != nil {
		return provider.Secret{}, p.readable(err)
	}
	made := answer.ClientSecretDescriptor
	if made == nil || aws.ToString(made.ClientSecretId) == "" || aws.ToString(made.ClientSecretValue) == "" {
		return provider.Secret{}, errors.New("cognito AddUserPoolClientSecret, answered without an id or a value")
	}
	return provider.Secret{ID: *made.ClientSecretId, Value: *made.ClientSecretValue}, nil
}

// List implements [provider.Provider].
func (p pool) List(ctx context.Context, client string) ([]provider.Listed, error) {
	answer, err := p.API.ListUserPoolClientSecrets(ctx, &cognitoidentityprovider.ListUserPoolClientSecretsInput{ClientId: &client, UserPoolId: &p.UserPool})
	if err != nil {
		return nil, p.readable(err)
	}
	if aws.ToString(answer.NextToken) != "" || len(answer.ClientSecrets) > maxSecrets {
		return nil, errors.New("cognito ListUserPoolClientSecrets, tells of more than two secrets, that is more than a client may have")
	}
	var listed []provider.Listed
	for _, secret := range answer.ClientSecrets {
		if aws.ToString(secret.ClientSecretId) == "" || secret.ClientSecretCreateDate == nil {
			return nil, errors.New("cognito ListUserPoolClientSecrets, tells of a secret without an id or a date")
		}
		listed = append(listed, provider.Listed{ID: *secret.ClientSecretId, Created: *secret.ClientSecretCreateDate})
	}
	slices.SortStableFunc(listed, func(a, b provider.Listed) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return listed, nil
}

// Remove implements [provider.Provider]. Which error an unknown id gets is not
// documented, so that after either of two the list is asked.
func (p pool) Remove(ctx context.Context, client, id string) error {
	_, err := p.API.DeleteUserPoolClientSecret(ctx, &cognitoidentityprovider.DeleteUserPoolClientSecretInput{ClientId: &client, ClientSecretId: &id, UserPoolId: &p.UserPool})
	switch awserror.Code(err) {
	case "ResourceNotFoundException", "InvalidParameterException":
		listed, again := p.List(ctx, client)
		if again == nil && !slices.ContainsFunc(listed, func(l provider.Listed) bool { return l.ID == id }) {
			return nil
		}
	}
	return p.readable(err)
}

// Try implements [provider.Provider]. A client that may not ask for tokens of
// its own (a web application) is tried with a code that nobody issued.
func (p pool) Try(ctx context.Context, client, secret string) error {
	request := oauth.Request{TokenURL: p.TokenURL, ClientID: client, Secret: secret, Scope: p.Scope}
	err := oauth.Try(ctx, request)
	var answer *oauth.Error
	if !errors.As(err, &answer) || answer.Status != http.StatusBadRequest || answer.Code != "unauthorized_client" {
		return err
	}
	told, failed := p.describe(ctx, client)
	if failed != nil {
		return failed
	}
	request.Scope, request.Code = "", true
	if len(told.CallbackURLs) > 0 {
		request.RedirectURI = told.CallbackURLs[0]
	}
	return oauth.Try(ctx, request)
}

// readable says what an error means for a client of the user pool.
func (p pool) readable(err error) error {
	gone := "the client or its user pool does not exist, was it deleted?"
	switch message := awserror.Message(err); {
	case strings.HasPrefix(message, "User pool client "):
		gone = "the client does not exist in user pool " + p.UserPool + ", was it deleted or replaced? Deploy again"
	case strings.HasPrefix(message, "User pool "):
		gone = "user pool " + p.UserPool + " does not exist, was it deleted?"
	}
	return awserror.Readable(err, map[string]string{
		"LimitExceededException":    "the client has as many secrets as it may have (two), or it is the only one, look at both and remove the one that nobody uses",
		"ResourceNotFoundException": gone,
		"InvalidParameterException": "was refused, the client keeps its last secret, and a public client has none",
	})
}
