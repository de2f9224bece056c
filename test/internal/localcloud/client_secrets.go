package localcloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/scopeway/scopeway/internal/fake"
)

// clientSecrets is a fake of the calls of Amazon Cognito for client secrets, in
// front of the cloud, which does not know them: functions are pointed to it. All
// other calls of Cognito go on to the cloud.
type clientSecrets struct {
	*fake.Cognito
	listener net.Listener
	server   *http.Server
}

// tokenPath is that of the token endpoint, which knows all secrets.
const tokenPath = "/oauth2/token"

func startClientSecrets(cloud string, enforce bool) (*clientSecrets, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the client secrets of Cognito cannot be served: %w", err)
	}
	s := &clientSecrets{Cognito: &fake.Cognito{Cloud: cloud, CloudToken: cloud + tokenPath}, listener: listener}
	routes := http.NewServeMux()
	routes.Handle("POST "+tokenPath, s.Token())
	if enforce {
		routes.Handle("/", allowed(cloud, s.Cognito))
	} else {
		routes.Handle("/", s.Cognito)
	}
	s.server = &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	go s.server.Serve(listener)
	return s, nil
}

// allowed has the cloud say whether the caller may make a call, and hands on what
// it does not refuse: the fake checks no permission. Of the calls that the cloud
// does not know it knows that nobody may make them without one.
func allowed(cloud string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if !slices.Contains(faked, operation) {
			next.ServeHTTP(w, r) // goes on to the cloud
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		request, err := http.NewRequestWithContext(r.Context(), r.Method, cloud+r.URL.Path, bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		request.Header, request.Host = r.Header.Clone(), r.Host // the host is signed
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		answer, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
		var said struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal(answer, &said)
		if response.StatusCode == http.StatusOK || said.Type == unknownOperation {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
		w.WriteHeader(response.StatusCode)
		_, _ = w.Write(answer)
	})
}

// faked are the calls that do not all go on to the cloud.
var faked = []string{"AddUserPoolClientSecret", "DeleteUserPoolClientSecret", "DescribeUserPoolClient", "ListUserPoolClientSecrets"}

// unknownOperation is what the cloud says of a call that it does not know, once
// it has found that the caller may make it.
const unknownOperation = "InvalidAction"

func (s *clientSecrets) url() string { return "http://" + s.listener.Addr().String() }

// ClientSecrets is the fake of the client secrets of Amazon Cognito.
func (c *Cloud) ClientSecrets() *fake.Cognito { return c.secrets.Cognito }

// ClientSecretsURL is where it is. Its token endpoint, at /oauth2/token, takes
// the secrets that were made since, too, which that of the cloud does not know.
func (c *Cloud) ClientSecretsURL() string { return c.secrets.url() }
