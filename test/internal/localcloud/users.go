package localcloud

import (
	"context"
	"fmt"
)

// User is a person in a user pool.
type User struct {
	Name, Password string
	// Groups are those of the pool that the person is in; they must exist.
	Groups []string
}

// AddUser makes a person in a user pool who can sign in at once.
func (c *Cloud) AddUser(ctx context.Context, userPoolID string, user User) error {
	call := func(operation string, members map[string]any) error {
		members["UserPoolId"], members["Username"] = userPoolID, user.Name
		if err := c.Ask(ctx, "AWSCognitoIdentityProviderService."+operation, members, new(any)); err != nil {
			return fmt.Errorf("user %q: %w", user.Name, err)
		}
		return nil
	}
	if err := call("AdminCreateUser", map[string]any{"MessageAction": "SUPPRESS"}); err != nil {
		return err
	}
	if err := call("AdminSetUserPassword", map[string]any{"Password": user.Password, "Permanent": true}); err != nil {
		return err
	}
	for _, group := range user.Groups {
		if err := call("AdminAddUserToGroup", map[string]any{"GroupName": group}); err != nil {
			return err
		}
	}
	return nil
}

// UserPoolClient reads a client of a user pool that has a secret, from the pool
// itself.
func (c *Cloud) UserPoolClient(ctx context.Context, userPoolID, clientID string) (Client, error) {
	var answer struct {
		UserPoolClient struct{ ClientId, ClientSecret string }
	}
	err := c.Ask(ctx, "AWSCognitoIdentityProviderService.DescribeUserPoolClient", map[string]any{"UserPoolId": userPoolID, "ClientId": clientID}, &answer)
	if err != nil {
		return Client{}, fmt.Errorf("client %q: %w", clientID, err)
	}
	client := Client{ID: answer.UserPoolClient.ClientId, Secret: answer.UserPoolClient.ClientSecret}
	if client.ID == "" || client.Secret == "" {
		return Client{}, fmt.Errorf("client %q has no secret", clientID)
	}
	return client, nil
}

// AuthorizationEndpoint is where people sign in, of every user pool here.
func (c *Cloud) AuthorizationEndpoint() string { return c.Endpoint() + "/oauth2/authorize" }
