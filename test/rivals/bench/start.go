package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/scopeway/scopeway/test/bench/lambdahost"
)

// started is what the processes of one function took.
type started struct {
	name   string
	times  []time.Duration // from the start to the first answer
	first  []int64         // the most memory up to the first answer, in bytes; none: not known
	second []int64         // and after some more events
}

// measureStarts starts the functions as processes, ours and the handler under
// Node.js in turn, with the key set from loopback: in the clear, and over TLS.
func (r *report) measureStarts(ctx context.Context, s *scene, b *bundled, e effort) error {
	folder, err := os.MkdirTemp("", "scopeway-bench-start-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	secure, authority, err := overTLS(s, folder)
	if err != nil {
		return err
	}
	defer secure.Close()
	binary, err := lambdahost.Build("../../..", folder, runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return err
	}
	table, err := tableOf(routes)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "table.json"), table, 0o600); err != nil {
		return err
	}

	type function struct {
		started
		root    string
		command []string
		env     []string
	}
	var all []*function
	for _, over := range []struct{ name, url string }{{"http", s.KeysURL}, {"TLS", secure.URL}} {
		told := s.settings
		told.KeysURL = over.url
		root := filepath.Join(folder, over.name)
		text, err := json.Marshal(told)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(root, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(root, "settings.json"), text, 0o600); err != nil {
			return err
		}
		identities, err := identitiesOf(told)
		if err != nil {
			return err
		}
		all = append(all,
			&function{started{name: ours + ", keys over " + over.name}, folder, []string{binary}, []string{"SCOPEWAY_IDENTITIES=" + identities, "SSL_CERT_FILE=" + authority}},
			&function{started{name: nodeName + ", keys over " + over.name}, root, []string{b.node, b.bootstrap}, []string{"NODE_EXTRA_CA_CERTS=" + authority}})
		if over.name == "http" {
			all[len(all)-1].env = nil // reading authorities takes time
		}
	}
	raw := eventsFor(s.tokens["RS256"])
	for round := range e.starts + 1 {
		for _, f := range all {
			begin := time.Now()
			process, err := lambdahost.StartCommand(f.command, f.root, f.env...)
			if err != nil {
				return err
			}
			err = func() error {
				defer process.Close()
				if err := invoke(ctx, process, raw[0]); err != nil {
					return err
				}
				if took := time.Since(begin); round > 0 { // the first reads files from the disk
					f.times = append(f.times, took)
				}
				if memory, known := mostMemory(process.PID()); known {
					f.first = append(f.first, memory)
				}
				if round%10 != 1 {
					return nil
				}
				for i := range e.events {
					if err := invoke(ctx, process, raw[i%len(raw)]); err != nil {
						return err
					}
				}
				if memory, known := mostMemory(process.PID()); known {
					f.second = append(f.second, memory)
				}
				return nil
			}()
			if err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	for _, f := range all {
		r.starts = append(r.starts, f.started)
	}
	return nil
}

func invoke(ctx context.Context, process *lambdahost.Function, event []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	answer, err := process.Invoke(ctx, event)
	switch {
	case err != nil:
		return err
	case answer.Failed || !allows(answer.Payload, nil):
		return fmt.Errorf("a good token was answered with %s: %s%s", answer.Payload, process.Output(), process.Errors())
	}
	return nil
}

// overTLS serves the key set over TLS too, and returns the file that has the
// authority to trust for it.
func overTLS(s *scene, folder string) (*httptest.Server, string, error) {
	response, err := http.Get(s.KeysURL)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	keys, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, "", err
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(keys)
	}))
	authority := filepath.Join(folder, "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, text, 0o600); err != nil {
		server.Close()
		return nil, "", err
	}
	return server, authority, nil
}

// identitiesOf is what our function is told in its environment.
func identitiesOf(s settings) (string, error) {
	text, err := json.Marshal(map[string]any{"version": 1, "identities": []any{map[string]any{
		"name": "Users", "issuer": s.Issuer, "keys": s.KeysURL, "profile": "rfc9068", "algorithms": s.Algorithms,
		"audiences": map[string]string{"orders": s.Audience}, "clients": []string{s.Client},
	}}})
	return string(text), err
}
