// Serve hands out the page on http://localhost:8080, for the stack whose outputs
// "cdk deploy --outputs-file outputs.json" wrote.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/scopeway/scopeway/examples/browser/page"
)

func main() {
	port := flag.String("port", "8080", "where to listen on localhost; the stack's PageOrigin has to say the same")
	outputs := flag.String("outputs", "outputs.json", "what \"cdk deploy --outputs-file\" wrote")
	stack := flag.String("stack", "Browser", "the stack's name in it")
	flag.Parse()
	if err := run(*port, *outputs, *stack); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(port, outputs, stack string) error {
	text, err := os.ReadFile(outputs)
	if err != nil {
		return err
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(text, &stacks); err != nil {
		return fmt.Errorf("%s, it is not what cdk deploy writes: %w", outputs, err)
	}
	of := stacks[stack]
	handler, err := page.Handler(page.Config{
		Api: of["ApiUrl"], Authorize: of["AuthorizationUrl"], Token: of["TokenUrl"], Logout: of["LogoutUrl"],
		Client: of["ClientId"], Scope: "orders/read orders/write",
	})
	if err != nil {
		return err
	}
	server := &http.Server{
		Addr:              net.JoinHostPort("127.0.0.1", port),
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
	}
	fmt.Printf("open http://localhost:%s/\n", port)
	return server.ListenAndServe()
}
