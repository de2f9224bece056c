// Package bench measures the authorizer as Lambda runs it: from the start of
// the process to the first answer, and the size of what is deployed. The
// benchmarks of the decision itself are in authorizer.
package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/bench/lambdahost"
)

var (
	orders = access.NewResourceServer("orders", "Orders API")
	read   = orders.Scope("read", "See orders")
)

// table has as many routes as an HTTP API takes.
func table(b *testing.B) []byte {
	b.Helper()
	var routes []access.Declaration
	for i := range 300 {
		routes = append(routes, access.Declaration{Route: fmt.Sprintf("GET /orders/%d/{id}", i), Rule: access.Require(read)})
	}
	t, err := access.Compile(routes...)
	if err != nil {
		b.Fatal(err)
	}
	return t.JSON()
}

func event(b *testing.B, token string) []byte {
	b.Helper()
	const route, path = "GET /orders/7/{id}", "/orders/7/17"
	raw, err := json.Marshal(map[string]any{
		"version": "2.0", "type": "REQUEST", "routeKey": route, "rawPath": path,
		"headers": map[string]string{"authorization": "Bearer " + token},
		"requestContext": map[string]any{
			"routeKey": route, "http": map[string]any{"method": "GET", "path": path, "sourceIp": "203.0.113.7"},
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

// BenchmarkStart measures from the start of the process to its first answer: a
// yes, with the key set fetched from loopback and a table of 300 routes read.
// What Lambda itself needs for a new environment is not in it.
func BenchmarkStart(b *testing.B) {
	root := b.TempDir()
	if err := os.WriteFile(filepath.Join(root, "table.json"), table(b), 0o600); err != nil {
		b.Fatal(err)
	}
	binary, err := lambdahost.Build(".", b.TempDir(), runtime.GOOS, runtime.GOARCH)
	if err != nil {
		b.Fatal(err)
	}
	issuer, err := issuertest.Start(issuertest.Config{Audience: "https://orders.example.com", Algorithm: "ES256"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(issuer.Close)
	identities := fmt.Sprintf(`{"version":1,"identities":[{"name":"Users","issuer":%q,"keys":%q,"profile":"rfc9068",`+
		`"algorithms":["ES256"],"audiences":{"orders":"https://orders.example.com"},"anyClient":true}]}`, issuer.URL(), issuer.KeysURL())
	raw := event(b, issuer.Token(issuertest.Claims{"scope": "read"}))
	for b.Loop() {
		answer := firstAnswer(b, binary, root, "SCOPEWAY_IDENTITIES="+identities, raw)
		if !bytes.Contains(answer.Payload, []byte(`"isAuthorized":true`)) {
			b.Fatalf("answer = %s", answer.Payload)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/start")
}

func firstAnswer(b *testing.B, binary, root, identities string, raw []byte) lambdahost.Result {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
	defer cancel()
	f, err := lambdahost.Start(binary, root, identities)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := f.Invoke(ctx, raw)
	if err != nil {
		b.Fatal(err)
	}
	b.StopTimer() // ending the process is not the start of it
	f.Close()
	b.StartTimer()
	return answer
}

// BenchmarkSize reports the size of the function as it is deployed, for both
// architectures. Its time says nothing.
func BenchmarkSize(b *testing.B) {
	for _, arch := range []string{"arm64", "amd64"} {
		b.Run(arch, func(b *testing.B) {
			path, err := lambdahost.Build(".", b.TempDir(), "linux", arch)
			if err != nil {
				b.Fatal(err)
			}
			binary, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			size, err := lambdahost.ZipSize(map[string][]byte{"bootstrap": binary, "table.json": table(b)})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				continue // a size does not change
			}
			b.ReportMetric(float64(len(binary)), "binary-bytes")
			b.ReportMetric(float64(size), "zip-bytes")
			b.ReportMetric(0, "ns/op")
		})
	}
}
