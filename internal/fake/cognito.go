package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxSecrets is how many secrets an app client may have.
const maxSecrets = 2

// Cognito answers AddUserPoolClientSecret, ListUserPoolClientSecrets,
// DeleteUserPoolClientSecret and DescribeUserPoolClient as an [http.Handler].
//
// With Cloud, all other calls go on to the local cloud, and so does
// DescribeUserPoolClient: a client that is met for the first time has the
// secret that the local cloud made for it.
type Cognito struct {
	// Now is the time of day. Default: time.Now.
	Now func() time.Time
	// Delay is how long the token endpoint does not know a new secret yet.
	Delay time.Duration
	// Refuse refuses calls.
	Refuse Refuse
	// Cloud is the base URL to which unknown calls go on, "" to refuse them.
	Cloud string
	// CloudToken is the token endpoint of the local cloud. Requests with a secret
	// that works go on to it, with the secret that it knows; "" to answer here.
	CloudToken string

	mu      sync.Mutex
	clients map[string]*client
	made    []string
}

type client struct {
	machine bool
	first   string // what the local cloud knows
	secrets []clientSecret
}

type clientSecret struct {
	id, value      string
	created, works time.Time
}

func (c *Cognito) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// Add makes a client with a first secret, which it returns. One that is no
// machine may not use the client credentials grant.
func (c *Cognito) Add(id string, machine bool) (secret string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	made := c.secret(id, 0)
	c.adopt(id, machine, made.value).secrets = []clientSecret{made}
	return made.value
}

func (c *Cognito) adopt(id string, machine bool, first string) *client {
	if c.clients == nil {
		c.clients = map[string]*client{}
	}
	if !slices.Contains(c.made, first) {
		c.made = append(c.made, first)
	}
	c.clients[id] = &client{machine: machine, first: first, secrets: []clientSecret{{id: id + "--1", value: first, created: c.now(), works: c.now()}}}
	return c.clients[id]
}

// secret makes a secret. Its id has the form that the documentation hints at.
func (c *Cognito) secret(client string, delay time.Duration) clientSecret {
	n := len(c.made) + 1
	value := fmt.Sprintf("fakesecret%06dabcdefghijklmnopqrstuvwxyz", n)
	c.made = append(c.made, value)
	return clientSecret{fmt.Sprintf("%s--%d", client, n), value, c.now(), c.now().Add(delay)}
}

// Works says whether the token endpoint takes a secret, now.
func (c *Cognito) Works(id, secret string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.works(id, secret)
}

func (c *Cognito) works(id, secret string) bool {
	client := c.clients[id]
	return client != nil && slices.ContainsFunc(client.secrets, func(s clientSecret) bool {
		return s.value == secret && !c.now().Before(s.works)
	})
}

// Count returns how many secrets a client has.
func (c *Cognito) Count(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.clients[id].secrets)
}

// Values returns all secrets that were ever made, to look for them in logs.
func (c *Cognito) Values() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.made)
}

// ServeHTTP implements [http.Handler].
func (c *Cognito) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := readCall(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Refuse != nil {
		if code, message := c.Refuse(asked.operation); code != "" {
			answer(w, nil, &failure{code, message})
			return
		}
	}
	switch asked.operation {
	case "AddUserPoolClientSecret", "ListUserPoolClientSecrets", "DeleteUserPoolClientSecret", "DescribeUserPoolClient":
		value, failed := c.call(r, asked)
		answer(w, value, failed)
	default:
		c.pass(w, r, asked)
	}
}

func (c *Cognito) call(r *http.Request, asked call) (any, *failure) {
	var in struct{ UserPoolId, ClientId, ClientSecretId string }
	if failed := asked.read(&in); failed != nil {
		return nil, failed
	}
	var told map[string]any
	// A request of another operation is signed for that.
	if asked.operation == "DescribeUserPoolClient" || c.clients[in.ClientId] == nil {
		var failed *failure
		if told, failed = c.describe(r, in.UserPoolId, in.ClientId); failed != nil {
			return nil, failed
		}
	}
	client := c.clients[in.ClientId]
	switch asked.operation {
	case "AddUserPoolClientSecret":
		if len(client.secrets) >= maxSecrets {
			return nil, &failure{"LimitExceededException", "The maximum number of client secrets is reached."}
		}
		made := c.secret(in.ClientId, c.Delay)
		client.secrets = append(client.secrets, made)
		described := made.described()
		described["ClientSecretValue"] = made.value
		return map[string]any{"ClientSecretDescriptor": described}, nil
	case "ListUserPoolClientSecrets":
		all := []any{}
		for _, s := range client.secrets {
			all = append(all, s.described())
		}
		return map[string]any{"ClientSecrets": all}, nil
	case "DeleteUserPoolClientSecret":
		at := slices.IndexFunc(client.secrets, func(s clientSecret) bool { return s.id == in.ClientSecretId })
		switch {
		case at < 0: // the code is a guess
			return nil, &failure{"ResourceNotFoundException", "Client secret does not exist."}
		case len(client.secrets) == 1: // the code is a guess
			return nil, &failure{"InvalidParameterException", "The last client secret cannot be deleted."}
		}
		client.secrets = slices.Delete(client.secrets, at, at+1)
		return map[string]any{}, nil
	}
	// Which of two secrets is told is a guess: the eldest.
	told["ClientSecret"] = client.secrets[0].value
	return map[string]any{"UserPoolClient": told}, nil
}

func (s clientSecret) described() map[string]any {
	return map[string]any{"ClientSecretId": s.id, "ClientSecretCreateDate": date(s.created)}
}

// describe returns what the client is like, without a secret, and adopts one
// that only the local cloud knows.
func (c *Cognito) describe(r *http.Request, pool, id string) (map[string]any, *failure) {
	gone := &failure{"ResourceNotFoundException", "User pool client " + id + " does not exist."}
	if c.Cloud == "" {
		client := c.clients[id]
		if client == nil {
			return nil, gone
		}
		return map[string]any{"ClientId": id, "UserPoolId": pool, "CallbackURLs": []string{"https://app.example.com/back"}}, nil
	}
	body, _ := json.Marshal(map[string]string{"UserPoolId": pool, "ClientId": id})
	if target := r.Header.Get("X-Amz-Target"); target == "AWSCognitoIdentityProviderService.DescribeUserPoolClient" {
		body, _ = io.ReadAll(r.Body) // as it was signed
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, c.Cloud, bytes.NewReader(body))
	if err != nil {
		return nil, gone
	}
	request.Header, request.Host = r.Header.Clone(), r.Host
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.DescribeUserPoolClient")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, &failure{"InternalErrorException", "the local cloud does not answer"}
	}
	defer response.Body.Close()
	var told struct{ UserPoolClient map[string]any }
	if err := json.NewDecoder(io.LimitReader(response.Body, maxBody)).Decode(&told); err != nil || told.UserPoolClient == nil {
		return nil, gone
	}
	secret, _ := told.UserPoolClient["ClientSecret"].(string)
	if secret == "" {
		return nil, &failure{"InvalidParameterException", "The client has no secret."}
	}
	if c.clients[id] == nil {
		c.adopt(id, true, secret)
	}
	return told.UserPoolClient, nil
}

// pass hands a request on to the local cloud. The host stays, it is signed.
func (c *Cognito) pass(w http.ResponseWriter, r *http.Request, asked call) {
	if c.Cloud == "" {
		answer(w, nil, &failure{"UnknownOperationException", "the fake does not know the call"})
		return
	}
	forward(w, r, c.Cloud, asked.body)
}

func forward(w http.ResponseWriter, r *http.Request, to string, body []byte) {
	request, err := http.NewRequestWithContext(r.Context(), r.Method, to, bytes.NewReader(body))
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	request.Header, request.Host = r.Header.Clone(), r.Host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, io.LimitReader(response.Body, maxBody))
}
