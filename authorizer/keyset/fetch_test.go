package keyset

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// quietServer starts a server that does not log what clients break off.
func quietServer(t *testing.T, start func(*httptest.Server), handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handle)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(s)
	t.Cleanup(s.Close)
	return s
}

func findAt(t *testing.T, url string, client *http.Client) error {
	t.Helper()
	set, err := New(Config{URL: url, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	public, err := set.Find(context.Background(), "", EdDSA)
	if waited := time.Since(start); waited > fetchTimeout+time.Second {
		t.Errorf("waited %v", waited)
	}
	if (public == nil) == (err == nil) {
		t.Errorf("Find = %v, %v", public, err)
	}
	return err
}

func TestAServerThatMisbehavesIsAFailedFetchThatNamesItsCause(t *testing.T) {
	good := setOf(rfc8037Ed)
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   string
	}{
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, "answered 302, redirects are not followed"},
		"a redirect with a body that would do": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://secret.example/keys")
			w.WriteHeader(http.StatusPermanentRedirect)
			io.WriteString(w, good)
		}, "answered 308, redirects are not followed"},
		"status 500 with a body that would do": {status(500, good), "answered 500, not 200"},
		"status 404":                           {status(404, "secret"), "answered 404, not 200"},
		"status 401":                           {status(401, "secret"), "answered 401, not 200"},
		"status 201":                           {status(201, good), "answered 201, not 200"},
		"status 204":                           {status(204, ""), "answered 204, not 200"},
		"status 304":                           {status(304, ""), "answered 304, redirects are not followed"},
		"a web page":                           {status(200, "<html>secret</html>"), "is not strict JSON, no value at offset 0"},
		"no body":                              {status(200, ""), "is not strict JSON, no value at offset 0"},
		"a body of 5 MB": {func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, strings.Repeat(" ", 5<<20)+good)
		}, "is larger than 150 KB"},
		"one byte too many": {status(200, good+strings.Repeat(" ", maxBody-len(good)+1)), "is larger than 150 KB"},
		"a small body that unpacks to 5 MB": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, strings.Repeat(" ", 5<<20)+good)
			z.Close()
		}, "is larger than 150 KB"},
		"a body without an end": {func(w http.ResponseWriter, r *http.Request) {
			for {
				if _, err := io.WriteString(w, strings.Repeat(" ", 1<<16)); err != nil {
					return
				}
			}
		}, "is larger than 150 KB"},
		"half a body": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(good)))
			io.WriteString(w, good[:40])
		}, "cut its answer short"},
		"half a body in chunks": {func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, good[:40])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, "cut its answer short"},
		"no answer": {func(w http.ResponseWriter, r *http.Request) {
			panic(http.ErrAbortHandler)
		}, "cut its answer short"},
		"a hanging server": {func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, "sent no whole answer within 2s"},
		"a slow drip": {func(w http.ResponseWriter, r *http.Request) {
			for _, octet := range []byte(good) {
				w.Write([]byte{octet})
				w.(http.Flusher).Flush()
				select {
				case <-time.After(100 * time.Millisecond):
				case <-r.Context().Done():
					return
				}
			}
		}, "sent no whole answer within 2s"},
		"headers of a megabyte": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Secret", strings.Repeat("secret", 1<<18))
			io.WriteString(w, good)
		}, "sent no HTTP answer that can be read"},
		"headers that are none": {raw("HTTP/1.1 200 OK\r\nsecret secret\r\n\r\n" + good), "sent no HTTP answer that can be read"},
		"another protocol":      {raw("220 secret ESMTP\r\n"), "sent no HTTP answer that can be read"},
		"10,000 keys":           {status(200, setOf(strings.Split(strings.Repeat("{}\n", 10000), "\n")[:10000]...)), "has more than 100 keys, got 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := quietServer(t, (*httptest.Server).Start, c.handle)
			err := findAt(t, s.URL+"/keys", nil)
			if !errors.Is(err, ErrUnavailable) || !strings.HasSuffix(err.Error(), "key set at "+s.URL+"/keys, "+c.want) {
				t.Errorf("Find = %v, want %v: … %s", err, ErrUnavailable, c.want)
			}
			if err != nil && strings.Contains(strings.ToLower(err.Error()), "secret") {
				t.Errorf("the error quotes the server: %v", err)
			}
		})
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// raw answers with exactly these bytes.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer connection.Close()
		io.WriteString(connection, answer)
	}
}

func TestAWellBehavedServerIsEnough(t *testing.T) {
	for name, handle := range map[string]http.HandlerFunc{
		"with a body of the full length": status(200, setOf(rfc8037Ed)+strings.Repeat(" ", maxBody-len(setOf(rfc8037Ed)))),
		"whatever it calls its body": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Cache-Control", "no-store")
			io.WriteString(w, setOf(rfc8037Ed))
		},
		"that packs its body": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, setOf(rfc8037Ed))
			z.Close()
		},
		"that gets a plain question": func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && r.URL.RequestURI() == "/keys" && r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == "" && strings.Contains(r.Header.Get("Accept"), "json") {
				io.WriteString(w, setOf(rfc8037Ed))
			}
		},
	} {
		s := quietServer(t, (*httptest.Server).Start, handle)
		if err := findAt(t, s.URL+"/keys", nil); err != nil {
			t.Errorf("a server %s: %v", name, err)
		}
	}
}

func TestAClientOfOnesOwnFollowsNoRedirectEither(t *testing.T) {
	var elsewhere atomic.Int32
	s := quietServer(t, (*httptest.Server).Start, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return
		}
		elsewhere.Add(1)
		io.WriteString(w, setOf(rfc8037Ed))
	})
	client := s.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
	if err := findAt(t, s.URL+"/keys", client); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Find = %v, want %v", err, ErrUnavailable)
	}
	if elsewhere.Load() != 0 {
		t.Error("the redirect was followed")
	}
	if response, err := client.Get(s.URL + "/keys"); err != nil || elsewhere.Load() != 1 {
		t.Errorf("the client itself was changed: %v", err)
	} else {
		response.Body.Close()
	}
}

func TestTheProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	if newClient().Transport.(*http.Transport).Proxy != nil {
		t.Error("the set's own client has a proxy")
	}
}

func TestTLSIsCheckedAndModern(t *testing.T) {
	good := status(200, setOf(rfc8037Ed))
	modern := quietServer(t, (*httptest.Server).StartTLS, good)
	old := quietServer(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
		s.StartTLS()
	}, good)
	plain := quietServer(t, (*httptest.Server).Start, good)

	trusting := func(s *httptest.Server) *http.Client { // the set's own client, and that server's certificate
		client := newClient()
		client.Transport.(*http.Transport).TLSClientConfig.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		return client
	}
	if err := findAt(t, modern.URL, trusting(modern)); err != nil {
		t.Errorf("a server with a good certificate: %v", err)
	}
	for name, c := range map[string]struct {
		url    string
		client *http.Client
		want   string
	}{
		"a certificate of nobody":     {modern.URL, nil, "has a certificate of an unknown authority"},
		"a certificate of another":    {strings.Replace(modern.URL, "127.0.0.1", "localhost", 1), trusting(modern), "has a certificate for another host"},
		"TLS 1.1":                     {old.URL, trusting(old), "refused the TLS handshake, tls: protocol version not supported"},
		"a server without TLS":        {strings.Replace(plain.URL, "http", "https", 1), nil, "does not speak TLS"},
		"TLS where plain is expected": {strings.Replace(modern.URL, "https", "http", 1), nil, "answered 400, not 200"},
	} {
		if err := findAt(t, c.url, c.client); !errors.Is(err, ErrUnavailable) || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: Find = %v, want %s", name, err, c.want)
		}
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	listener.Close()
	if err := findAt(t, url, nil); !errors.Is(err, ErrUnavailable) || !strings.HasSuffix(err.Error(), "cannot be reached, connection refused") {
		t.Errorf("Find = %v", err)
	}
	noHost := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "issuer.example", IsNotFound: true}}
	})}
	if err := findAt(t, "https://issuer.example", noHost); !strings.HasSuffix(err.Error(), "cannot be reached, no such host") {
		t.Errorf("Find = %v", err)
	}
}
