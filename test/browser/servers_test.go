//go:build localcloud

package browser

import (
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scopeway/scopeway/examples/browser/page"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// serve serves on a free port of 127.0.0.1.
func serve(handler http.Handler) (port string, stop func(), err error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(listener)
	_, port, err = net.SplitHostPort(listener.Addr().String())
	return port, func() { server.Close() }, err
}

// pageServer serves the example's page at one origin, which is known before
// there is anything that the page could be told.
type pageServer struct {
	origin, port string
	current      atomic.Pointer[http.Handler]
	close        func()
}

func startPage() (*pageServer, error) {
	s := &pageServer{}
	var err error
	s.port, s.close, err = serve(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if handler := s.current.Load(); handler != nil {
			(*handler).ServeHTTP(w, request)
			return
		}
		http.NotFound(w, request)
	}))
	s.origin = "http://localhost:" + s.port
	return s, err
}

// api is a deployed API as the page knows it.
type api struct {
	kind, url, auditLog string
}

func httpApi() api {
	stack := outputs[httpStack]
	return api{"HTTP", cloud.URL(stack[deployment.APIID], "$default"), stack[deployment.AuditLog]}
}

func restApi() api {
	stack := outputs[restStack]
	return api{"REST", cloud.URL(stack[deployment.APIID], deployment.RestStage), stack[deployment.AuditLog]}
}

// both are the APIs by the names of subtests.
func both() map[string]api { return map[string]api{"HTTP API": httpApi(), "REST API": restApi()} }

// serve serves the page for an API; it asks for the scopes.
func (s *pageServer) serve(t *testing.T, of api, scopes ...string) {
	t.Helper()
	handler, err := page.Handler(page.Config{
		Api: of.url, Authorize: pool.url + "/oauth2/authorize", Token: pool.url + "/oauth2/token", Logout: pool.url + "/logout",
		Client: outputs[httpStack]["ClientId"], Scope: strings.Join(scopes, " "),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.current.Store(&handler)
}

// poolServer stands before the user pool's endpoints. Cognito lets pages of every
// origin read what its token endpoint answers; the local cloud says nothing about
// origins there. Nothing else is changed.
type poolServer struct {
	url   string
	close func()
}

func startPool(cloud *localcloud.Cloud) (*poolServer, error) {
	target, err := url.Parse(cloud.Endpoint())
	if err != nil {
		return nil, err
	}
	port, stop, err := serve(&httputil.ReverseProxy{
		Transport: &http.Transport{}, // no proxy from the environment
		Rewrite:   func(request *httputil.ProxyRequest) { request.SetURL(target) },
		ModifyResponse: func(answer *http.Response) error {
			if answer.Request.URL.Path == "/oauth2/token" {
				answer.Header.Set("Access-Control-Allow-Origin", "*")
			}
			return nil
		},
	})
	return &poolServer{"http://127.0.0.1:" + port, stop}, err
}
