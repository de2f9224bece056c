// Package server runs Keycloak on 127.0.0.1 for tests: installed by
// test/issuers/keycloak/setup.sh, started once for a package, with a realm for
// each test. Nothing is kept: the database is in memory.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/scopeway/scopeway/test/internal/child"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// Variant is one of the builds of Keycloak that setup.sh makes.
type Variant string

const (
	// Default has the features that are on by default.
	Default Variant = "default"
	// Rotation has the feature client-secret-rotation on top.
	Rotation Variant = "rotation"
)

// readyWithin is how long Keycloak may take to start: 15 seconds on an idle
// machine.
const readyWithin = 3 * time.Minute

// Server is a running Keycloak.
type Server struct {
	url     string
	folder  string
	process *child.Process
	client  *http.Client
	admin   credentials

	mu      sync.Mutex
	token   string // the administrator's
	fetched time.Time
}

// Start starts Keycloak and waits until it answers. The caller must call
// [Server.Stop].
func Start(ctx context.Context, variant Variant) (*Server, error) {
	root, err := localcloud.Root()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(root, ".tools", "keycloak", string(variant))
	if _, err := os.Stat(filepath.Join(root, ".tools", "keycloak", "stamp")); err != nil {
		return nil, errors.New(".tools/keycloak is missing or half done: run test/issuers/keycloak/setup.sh")
	}
	folder, err := os.MkdirTemp("", "scopeway-keycloak-")
	if err != nil {
		return nil, err
	}
	s := &Server{
		folder: folder,
		admin:  credentials{"admin", rand.Text()},
		client: &http.Client{
			Transport:     &http.Transport{}, // no proxy from the environment
			Timeout:       30 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	begin := time.Now()
	fmt.Printf("Keycloak, %s features: starting\n", variant)
	if err := s.start(ctx, variant, home); err != nil {
		s.Stop()
		return nil, err
	}
	fmt.Printf("Keycloak, %s features: ready (%.1f s)\n", variant, time.Since(begin).Seconds())
	return s, nil
}

func (s *Server) start(ctx context.Context, variant Variant, home string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.url = "http://127.0.0.1:" + strconv.Itoa(port)
	log, err := os.Create(s.logFile())
	if err != nil {
		return err
	}
	defer log.Close()
	// --cache=local: otherwise it looks for others of its kind on the network.
	s.process = child.New(filepath.Join(home, "bin", "kc.sh"), "start", "--optimized", "--cache=local",
		"--http-enabled=true", "--http-host=127.0.0.1", "--http-port="+strconv.Itoa(port), "--hostname="+s.url)
	s.process.Cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder, "JAVA_HOME=" + os.Getenv("JAVA_HOME"),
		"KC_BOOTSTRAP_ADMIN_USERNAME=" + s.admin.id, "KC_BOOTSTRAP_ADMIN_PASSWORD=" + s.admin.secret,
		// It lives for seconds: compile little, and keep its files to itself.
		"JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + s.folder,
	}
	s.process.Cmd.Stdout, s.process.Cmd.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return fmt.Errorf("keycloak does not start: %w", err)
	}
	return s.waitReady(ctx, variant)
}

func (s *Server) waitReady(ctx context.Context, variant Variant) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	progress := time.NewTicker(10 * time.Second)
	defer progress.Stop()
	for begin := time.Now(); ; {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/realms/master", nil)
		if err != nil {
			return err
		}
		if response, err := s.client.Do(request); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.process.Done:
			return fmt.Errorf("keycloak ended before it was ready; its log says:\n%s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("keycloak was not ready within %v (%w); its log says:\n%s", readyWithin, ctx.Err(), s.log())
		case <-progress.C:
			fmt.Printf("Keycloak, %s features: still starting (%.0f s)\n", variant, time.Since(begin).Seconds())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Stop ends Keycloak and removes its files.
func (s *Server) Stop() {
	if s.process != nil {
		s.process.Stop(10 * time.Second)
	}
	s.client.CloseIdleConnections()
	_ = os.RemoveAll(s.folder)
}

// URL is where it answers, without a slash at the end.
func (s *Server) URL() string { return s.url }

func (s *Server) logFile() string { return filepath.Join(s.folder, "server.log") }

// log is the end of what Keycloak wrote.
func (s *Server) log() string {
	text, err := os.ReadFile(s.logFile())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// freePort returns a port of 127.0.0.1 on which nobody listens.
func freePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
