//go:build localcloud

package rotation

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/test/internal/localcloud"
	"github.com/scopeway/scopeway/test/rotation/names"
)

// as is the cloud as a role sees it.
func as(t *testing.T, stack, role string) *localcloud.Cloud {
	t.Helper()
	c, err := cloud.AssumeRole(ctx, output(t, stack, role))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// denied says whether a call was refused for want of a right. Any other failure
// is one of the test.
func denied(t *testing.T, err error) bool {
	t.Helper()
	var failure *localcloud.ServiceError
	switch {
	case err == nil:
		return false
	case errors.As(err, &failure) && strings.HasPrefix(failure.Type, "AccessDenied"):
		return true
	}
	t.Fatal(err)
	return false
}

func TestOnlyWhoWasGrantedASecretReadsIt(t *testing.T) {
	secrets := []struct{ stack, name string }{
		{names.Shop, names.BillingSecret}, {names.Shop, names.TillSecret}, {names.Other, names.ClientSecret}, {names.Other, names.PlainSecret},
	}
	parameters := []struct{ stack, name string }{
		{names.Shop, names.BillingSettings}, {names.Shop, names.TillSettings}, {names.Other, names.ClientSettings},
	}
	for _, c := range []struct {
		stack, role string
		reads       []string
	}{
		{names.Shop, names.JobRole, []string{names.BillingSecret, names.BillingSettings}},
		{names.Shop, names.IdleRole, nil},
		{names.Shop, names.RotatorRole, []string{names.BillingSecret, names.TillSecret}},
		{names.Other, names.RotatorRole, []string{names.ClientSecret}},
	} {
		caller := as(t, c.stack, c.role)
		check := func(name string, err error) {
			t.Helper()
			may := slices.Contains(c.reads, name)
			if got := !denied(t, err); got != may {
				t.Errorf("%s of %s reads %s: %v, want %v", c.role, c.stack, name, got, may)
			}
		}
		for _, secret := range secrets {
			_, err := caller.Secret(ctx, output(t, secret.stack, secret.name))
			check(secret.name, err)
		}
		for _, p := range parameters {
			check(p.name, caller.Ask(ctx, "AmazonSSM.GetParameter", map[string]string{"Name": output(t, p.stack, p.name)}, new(any)))
		}
	}
	if _, err := as(t, names.Shop, names.JobRole).Invoke(ctx, output(t, names.Shop, names.Rotator), []byte(`{}`)); err == nil {
		t.Error("who reads a secret may call the rotator")
	}
}

func TestTheRotatorMayDoNothingBesideRotating(t *testing.T) {
	rotator := as(t, names.Shop, names.RotatorRole)
	mine, others := output(t, names.Shop, names.TillSecret), output(t, names.Other, names.ClientSecret)
	pool, othersPool := output(t, names.Shop, names.UserPool), output(t, names.Other, names.UserPool)
	till, other := client(t, names.TillSecret).get(t, current), kept{others}.get(t, current)
	const secret, cognito = "secretsmanager.", "AWSCognitoIdentityProviderService."
	for _, c := range []struct {
		target string
		input  map[string]any
		may    bool
	}{
		{secret + "DescribeSecret", map[string]any{"SecretId": mine}, true},
		{secret + "DescribeSecret", map[string]any{"SecretId": others}, false},
		{secret + "PutSecretValue", map[string]any{"SecretId": others, "SecretString": "{}"}, false},
		{secret + "UpdateSecretVersionStage", map[string]any{"SecretId": others, "VersionStage": current}, false},
		{secret + "UpdateSecret", map[string]any{"SecretId": mine, "SecretString": "{}"}, false},
		{secret + "DeleteSecret", map[string]any{"SecretId": mine}, false},
		{secret + "RotateSecret", map[string]any{"SecretId": mine}, false},
		{secret + "PutResourcePolicy", map[string]any{"SecretId": mine, "ResourcePolicy": "{}"}, false},
		{secret + "ListSecrets", map[string]any{}, false},
		{cognito + "DescribeUserPoolClient", map[string]any{"UserPoolId": pool, "ClientId": till.ClientID}, true},
		{cognito + "DescribeUserPoolClient", map[string]any{"UserPoolId": othersPool, "ClientId": other.ClientID}, false},
		{cognito + "UpdateUserPoolClient", map[string]any{"UserPoolId": pool, "ClientId": till.ClientID}, false},
		{cognito + "CreateUserPoolClient", map[string]any{"UserPoolId": pool, "ClientName": "x"}, false},
		{cognito + "DeleteUserPoolClient", map[string]any{"UserPoolId": pool, "ClientId": till.ClientID}, false},
		{cognito + "AdminCreateUser", map[string]any{"UserPoolId": pool, "Username": "x"}, false},
		{cognito + "ListUserPoolClients", map[string]any{"UserPoolId": pool}, false},
		{"AmazonSSM.PutParameter", map[string]any{"Name": output(t, names.Shop, names.TillSettings), "Value": "x", "Overwrite": true}, false},
	} {
		if got := !denied(t, rotator.Ask(ctx, c.target, c.input, new(any))); got != c.may {
			t.Errorf("the rotator may %s %v: %v, want %v", c.target, c.input, got, c.may)
		}
	}
	// The three calls that the cloud does not know are refused before it finds so.
	for _, operation := range []string{"AddUserPoolClientSecret", "ListUserPoolClientSecrets", "DeleteUserPoolClientSecret"} {
		for of, may := range map[string]bool{pool: true, othersPool: false} {
			err := rotator.Ask(ctx, cognito+operation, map[string]any{"UserPoolId": of, "ClientId": till.ClientID, "ClientSecretId": "x"}, new(any))
			var failure *localcloud.ServiceError
			if !errors.As(err, &failure) || strings.HasPrefix(failure.Type, "AccessDenied") == may {
				t.Errorf("the rotator may %s in pool %s: %v, want %v", operation, of, err, may)
			}
		}
	}
}

func TestTheRotatorKnowsItsOwnClientsOnly(t *testing.T) {
	others := kept{output(t, names.Other, names.ClientSecret)}
	before := others.get(t, current)
	for _, event := range []map[string]string{
		{"Step": "createSecret", "SecretId": others.arn, "ClientRequestToken": "00000000-0000-4000-8000-999999999999"},
		{"sweep": others.arn},
	} {
		err := invoke(t, event)
		if ended := new(localcloud.FunctionError); !errors.As(err, &ended) || !strings.Contains(ended.Payload, "does not rotate this secret") {
			t.Errorf("%v: %v, want a refusal", event, err)
		}
	}
	if others.get(t, current) != before {
		t.Error("the other client's secret has changed")
	}
}
