package localcloud

import (
	"fmt"
	"net"
	"net/http"
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

func startClientSecrets(cloud string) (*clientSecrets, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the client secrets of Cognito cannot be served: %w", err)
	}
	s := &clientSecrets{Cognito: &fake.Cognito{Cloud: cloud, CloudToken: cloud + tokenPath}, listener: listener}
	routes := http.NewServeMux()
	routes.Handle("POST "+tokenPath, s.Token())
	routes.Handle("/", s.Cognito)
	s.server = &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	go s.server.Serve(listener)
	return s, nil
}

func (s *clientSecrets) url() string { return "http://" + s.listener.Addr().String() }

// ClientSecrets is the fake of the client secrets of Amazon Cognito.
func (c *Cloud) ClientSecrets() *fake.Cognito { return c.secrets.Cognito }

// ClientSecretsURL is where it is. Its token endpoint, at /oauth2/token, takes
// the secrets that were made since, too, which that of the cloud does not know.
func (c *Cloud) ClientSecretsURL() string { return c.secrets.url() }
